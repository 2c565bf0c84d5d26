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
	SHOT_ENDING_DEAF,   /* we did: asked to, it had not ended; `signal` is SIGKILL */
};

struct shot_outcome {
	enum shot_ending ending;
	int status;    /* of an exit */
	int signal;    /* of all others */
	char call[32]; /* "connect"; empty when it is not known */
};

struct shot_charge {
	int (*run)(void *argument, int channel); /* the process exits with what it returns */
	void *argument;
	struct shot_limits limits; /* says what was used up */
	bool reads_input;	   /* else its standard input is empty */
	bool is_prompt;		   /* SIGINT interrupts what it does, and is no request to end */
	double grace;		   /* seconds that it has to end in when it is asked to */
};

/* Run it in a new process, whose standard descriptors are those of process/streams.h; of others it
 * has `channel` alone, by which shot_sandbox_lock reaches the parent. Signals are as they were.
 *
 * Wait for its end, and meanwhile pass on the signals that this process gets and the terminal has
 * not sent to both. SIGINT, SIGTERM, SIGHUP and SIGQUIT ask it to end: some time after its grace,
 * or shortly after the third one, SIGKILL does. All that it wrote has been carried at the end,
 * unless such a signal came meanwhile; then the outcome is that signal.
 *
 * False when it could not be started, or its output not be written. Call it while there is one
 * thread. */
bool shot_supervise(
	const struct shot_charge *charge, struct shot_outcome *outcome, struct shot_error *err);

/* The exit status to end with: its own, or 128 + the signal. */
int shot_outcome_status(const struct shot_outcome *outcome);

/* Why it ended, for a person, in one line without a newline. False when there is nothing to say: it
 * ended by itself, or was asked to. */
bool shot_outcome_explain(const struct shot_outcome *outcome, const struct shot_limits *limits,
	char *text, unsigned size);

#endif
