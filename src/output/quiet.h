/* Errors of write(2) as errors alone: SIGPIPE and SIGXFSZ, which end a program that does not know
 * them, stay out of the way of the calling thread. */
#ifndef SHOT_OUTPUT_QUIET_H
#define SHOT_OUTPUT_QUIET_H

#include <signal.h>

struct shot_quiet {
	sigset_t before, pending;
};

/* Hold both signals back, and in the end drop what was raised meanwhile; what was pending before
 * stays so. */
void shot_quiet_begin(struct shot_quiet *quiet);
void shot_quiet_end(const struct shot_quiet *quiet);

#endif
