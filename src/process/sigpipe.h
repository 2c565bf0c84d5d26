/* Signals that writing raises: for a reader that has gone away, and for a file that grows beyond
 * RLIMIT_FSIZE. */
#ifndef SHOT_PROCESS_SIGPIPE_H
#define SHOT_PROCESS_SIGPIPE_H

/* From now on a write into a broken pipe or socket fails with EPIPE, which the script sees, instead
 * of ending the host; but when it is standard output that nobody reads any more (luashot … | head),
 * SIGPIPE still ends the host, as it ends other programs. A write beyond
 * RLIMIT_FSIZE fails with EFBIG. Children start with the default; a signal that was ignored from
 * the start stays so. */
void shot_pipe_start(void);

#endif
