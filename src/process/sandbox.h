/* Locks a process in before it runs an untrusted script. It is a separate process
 * (process/supervisor.h), and everything that the script may use is open by then. From then on the
 * kernel enforces these limits, whatever the process does:
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
	const char *folder; /* the folder whose files stay usable */
	int (*open_folder)(const char *path, struct shot_error *err); /* NULL: by open(2) */
	struct shot_limits limits;
	bool without_landlock; /* then no file at all can be opened */
	int channel;	       /* to the supervisor; this process's to close */
	unsigned connections;  /* the number of other sockets */
	void (*preload)(void); /* loads the libraries that cannot be loaded later; may be NULL */
};

/* Whether the kernel supports the sandbox; ENOTSUP names the missing part and the way out. */
bool shot_sandbox_check(const struct shot_sandbox *sandbox, struct shot_error *err);

/* Enter the folder, and give up all other access for good. Only the environment variables for text
 * and time stay. After a failure the process is half locked, and must end.
 *
 * ESANDBOX when something would stay outside the sandbox: a second thread, to which the limits
 * would not apply; a descriptor above 2 of a file, a folder or a device, or of a pipe or socket
 * other than the supervisor's channel and the `connections`. */
bool shot_sandbox_lock(struct shot_sandbox *sandbox, struct shot_error *err);

#endif
