/* Runs untrusted work in a child process. The parent supervises the child, ends it when it makes a
 * forbidden call, and knows how it ended. When the parent ends, for any reason, the kernel ends the
 * child. */
#ifndef SHOT_PROCESS_SUPERVISOR_H
#define SHOT_PROCESS_SUPERVISOR_H

#include <stdbool.h>

#include "base/error.h"
#include "process/limits.h"

enum shot_ending {
	SHOT_ENDING_EXIT,   /* it ended itself */
	SHOT_ENDING_SIGNAL, /* a signal did */
	SHOT_ENDING_CALL,   /* the parent ended it for a system call; `signal` is SIGSYS */
	SHOT_ENDING_CPU,    /* its processor time is used up; `signal` is SIGXCPU */
	SHOT_ENDING_DEAF, /* the parent killed it after it had ignored a request to end; `signal` is
			     SIGKILL */
};

struct shot_outcome {
	enum shot_ending ending;
	int status;    /* of an exit */
	int signal;    /* of all others */
	char call[32]; /* "connect"; empty when it is not known */
};

struct shot_charge {
	int (*run)(void *argument, int channel); /* the process exits with its result */
	void *argument;
	struct shot_limits limits; /* for the message about exhausted limits */
	bool reads_input;	   /* else its standard input is empty */
	bool is_prompt; /* SIGINT interrupts its current work, and does not ask it to end */
	double grace;	/* seconds that it has to end after a request */
};

/* Run it in a new process. Its standard descriptors are those of process/streams.h; its only other
 * one is `channel`, through which shot_sandbox_lock reaches the parent. Signal handling is
 * unchanged.
 *
 * Wait for its end; until then pass on the signals that this process receives, except those that
 * the terminal sends to both. SIGINT, SIGTERM, SIGHUP and SIGQUIT ask it to end: some time after
 * its grace, or shortly after the third one, SIGKILL ends it. At the end all its output has been
 * copied, unless such a signal cuts that short: at once when it comes then, after some time when
 * it came before. If the child had ended by itself, the outcome is that signal.
 *
 * False when it could not be started, or its output could not be written. Call it while there is
 * one thread. */
bool shot_supervisor_run(
	const struct shot_charge *charge, struct shot_outcome *outcome, struct shot_error *err);

/* The exit status for the parent: the child's own, or 128 + the signal. */
int shot_outcome_status(const struct shot_outcome *outcome);

/* Write the reason of its end for a person, in one line without a newline. False when there is
 * nothing to report: it ended itself, or was asked to end. */
bool shot_outcome_explain(const struct shot_outcome *outcome, const struct shot_limits *limits,
	char *text, unsigned size);

#endif
