/* Makes failures of write(2) plain errors: it blocks SIGPIPE and SIGXFSZ, which end a program that
 * does not handle them, for the calling thread. */
#ifndef SHOT_OUTPUT_QUIET_H
#define SHOT_OUTPUT_QUIET_H

#include <signal.h>

struct shot_quiet {
	sigset_t before, pending;
};

/* Block both signals; the end drops those that were raised in between. Signals that were pending
 * before stay pending. */
void shot_quiet_begin(struct shot_quiet *quiet);
void shot_quiet_end(const struct shot_quiet *quiet);

#endif
