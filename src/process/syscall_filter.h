/* The system calls that are left to a sandboxed script. Those that the host makes while it runs are
 * allowed. Those that only an attack makes (another program, another process, a new connection, a
 * file's owner and mode, …) are told to the supervisor, who ends the process. All others fail with
 * ENOSYS, as on a kernel that does not know them, which libraries can handle. */
#ifndef SHOT_PROCESS_SYSCALL_FILTER_H
#define SHOT_PROCESS_SYSCALL_FILTER_H

#include <stdbool.h>

#include "base/error.h"

/* Load what the filter is made with, while files can still be opened. ENOTSUP without libseccomp.
 */
bool shot_calls_prepare(struct shot_error *err);

/* Install the filter for this process, which must have one thread, for good. Without `files` no
 * file can be opened either. `*listener` receives the descriptor (the caller's to close) where an
 * attack waits for its end; -1 when there is a listener already, as in some containers: then the
 * kernel ends the process with SIGSYS. After shot_calls_prepare. */
bool shot_calls_restrict(bool files, int *listener, struct shot_error *err);

/* Write the name of the call that waits at `listener` ("connect", or its number). False when none
 * does any more. The call never returns. */
bool shot_calls_read(int listener, char *name, unsigned size);

#endif
