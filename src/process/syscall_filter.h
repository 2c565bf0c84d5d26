/* The filter of system calls around a sandboxed script, made from process/syscall_table.h. What
 * only an attack makes waits for the supervisor, who ends the process; about a few calls the
 * supervisor decides. */
#ifndef SHOT_PROCESS_SYSCALL_FILTER_H
#define SHOT_PROCESS_SYSCALL_FILTER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* Load what the filter is made with, while files can still be opened. ENOTSUP without libseccomp.
 */
bool shot_calls_prepare(struct shot_error *err);

/* No thread is made from so many on. Threads that ask at one moment do not know of each other, so
 * that there are less than twice as many. */
#define SHOT_CALLS_THREADS 32

/* Install the filter for this process, which must have one thread, for good. Unless it `opens`, no
 * file can be opened either. Over `channel` the listener can be sent: a descriptor that cannot be
 * made once more after it is closed. `*listener` receives the descriptor (the caller's to close)
 * where calls wait for the supervisor; -1 when there is a listener already, as in some containers:
 * then the kernel ends an attacking process with SIGSYS, and threads are not counted. After
 * shot_calls_prepare. */
bool shot_calls_restrict(bool opens, int channel, int *listener, struct shot_error *err);

/* Write the same filter as the kernel takes it, an array of struct sock_filter, for who wants to
 * look at it. */
bool shot_calls_write(bool opens, int fd, struct shot_error *err);

/* Decide about the call of process `pid` that waits at `listener`. True when it is an attack, with
 * its name ("connect", or its number): it never returns. False when it went on or was refused, or
 * none waits any more. */
bool shot_calls_decide(int listener, pid_t pid, char *name, unsigned size);

#endif
