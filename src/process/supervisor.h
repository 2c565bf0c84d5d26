/* A process that runs something which may do harm, and the parent that watches it, ends it when it
 * tries to, and knows how it ended. When the parent goes, however that is, the kernel ends the
 * child. */
#ifndef SHOT_PROCESS_SUPERVISOR_H
#define SHOT_PROCESS_SUPERVISOR_H

#include <stdbool.h>

#include "base/error.h"
#include "process/limits.h"

enum shot_ending {
	SHOT_ENDING_EXIT,   /* it ended itself */
	SHOT_ENDING_SIGNAL, /* a signal did */
	SHOT_ENDING_CALL,   /* we did, because of a system call; `signal` is SIGSYS */
	SHOT_ENDING_CPU,    /* its processor time is used up; `signal` is SIGXCPU */
};

struct shot_outcome {
	enum shot_ending ending;
	int status;    /* of an exit */
	int signal;    /* of all others */
	char call[32]; /* "connect"; empty when it is not known */
};

/* Run `run(argument, channel)` in a new process and exit with what it returns. Of the descriptors
 * it has the standard ones and `channel`, by which shot_sandbox_lock reaches the parent; signals
 * are as they were. Wait for its end, and meanwhile pass on the signals that this process gets and
 * the terminal has not sent to both. `limits` says what was used up. Call it while there is one
 * thread. */
bool shot_supervise(int (*run)(void *argument, int channel), void *argument,
	const struct shot_limits *limits, struct shot_outcome *outcome, struct shot_error *err);

/* The exit status to end with: its own, or 128 + the signal. */
int shot_outcome_status(const struct shot_outcome *outcome);

/* Why it ended, for a person, in one line without a newline. False when there is nothing to say: it
 * ended by itself, or was asked to. */
bool shot_outcome_explain(const struct shot_outcome *outcome, const struct shot_limits *limits,
	char *text, unsigned size);

#endif
