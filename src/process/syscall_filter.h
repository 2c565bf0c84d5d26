/* The filter of system calls of a sandboxed script, made from process/syscall_table.h. A call that
 * only an attack makes waits for the supervisor, which ends the process; the supervisor decides
 * about a few other calls. */
#ifndef SHOT_PROCESS_SYSCALL_FILTER_H
#define SHOT_PROCESS_SYSCALL_FILTER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* Load libseccomp, while files can still be opened. ENOTSUP when it is not installed.
 */
bool shot_syscall_filter_prepare(struct shot_error *err);

/* The number of threads from which on no more are made. Threads that ask at the same moment do not
 * count each other, so there are fewer than twice as many. */
#define SHOT_SYSCALL_FILTER_THREADS 32

/* Install the filter for this process, which must have one thread, for good. Unless it `opens`, no
 * file can be opened either. The process can send the listener over `channel`, a descriptor whose
 * number cannot be used again after it is closed. `*listener` receives the descriptor (the caller's
 * to close) where calls wait for the supervisor; -1 when there is a listener already, as in some
 * containers: then the kernel ends an attacking process with SIGSYS, and threads are not counted.
 * After shot_syscall_filter_prepare. */
bool shot_syscall_filter_install(bool opens, int channel, int *listener, struct shot_error *err);

/* Write the same filter in the kernel's form, an array of struct sock_filter, for inspection. */
bool shot_syscall_filter_write(bool opens, int fd, struct shot_error *err);

/* Decide about the call of process `pid` that waits at `listener`. True when it is an attack, with
 * its name ("connect", or its number): it never returns. False when the call continued or was
 * refused, or none waits any more. */
bool shot_syscall_filter_decide(int listener, pid_t pid, char *name, unsigned size);

#endif
