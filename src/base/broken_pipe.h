/* Writes to a peer that has left raise SIGPIPE, which ends a process. Libraries that write with
 * write(2) are called between these two. */
#ifndef SHOT_BASE_BROKEN_PIPE_H
#define SHOT_BASE_BROKEN_PIPE_H

#include <signal.h>

/* Hold SIGPIPE back in this thread; `before` is for shot_broken_pipe_end. */
void shot_broken_pipe_begin(sigset_t *before);

/* Remove a SIGPIPE that was raised since, unless the caller already held it back before. */
void shot_broken_pipe_end(const sigset_t *before);

#endif
