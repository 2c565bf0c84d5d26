/* What closes around a script that one did not write, in a process of its own
 * (process/supervisor.h), once everything is open that it may use. The kernel keeps these promises,
 * whatever the process does from then on:
 *
 *	files		process/landlock.h: those below one folder, and no others
 *	system calls	process/syscall_filter.h
 *	memory, time	RLIMIT_AS and RLIMIT_CPU, as far as there are limits; no core dumps
 *	privileges	none, also not for root */
#ifndef SHOT_PROCESS_SANDBOX_H
#define SHOT_PROCESS_SANDBOX_H

#include <stdbool.h>

#include "base/error.h"
#include "process/limits.h"

struct shot_sandbox {
	const char *folder; /* the one whose files stay usable */
	struct shot_limits limits;
	bool without_landlock; /* no file at all can be opened then */
	int channel;	       /* to the supervisor; this process's to close */
	unsigned connections;  /* how many sockets there are beside it */
	void (*preload)(void); /* loads what cannot be loaded later; may be NULL */
};

/* Whether the kernel can do it; ENOTSUP with what is missing, and what to do without. */
bool shot_sandbox_check(const struct shot_sandbox *sandbox, struct shot_error *err);

/* Go to the folder, and close the rest, for good. Of the environment only what says how to show
 * text and time is left. After a failure the process is half closed and of no use.
 *
 * ESANDBOX when something would stay outside: a second thread, to which nothing of this would
 * apply; a descriptor above 2 of a file, a folder or a device, or of a pipe or socket that leads
 * somewhere else than to the supervisor and by the `connections`. */
bool shot_sandbox_lock(struct shot_sandbox *sandbox, struct shot_error *err);

#endif
