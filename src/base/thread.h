/* Threads beside the main one. */
#ifndef SHOT_BASE_THREAD_H
#define SHOT_BASE_THREAD_H

#include <pthread.h>

/* Start `run` with `argument` on a thread that receives no signals: the main thread handles them.
 * Faults of its own instructions (SIGBUS, …) are not blocked, because the kernel ends a process
 * that blocks them without calling the handler of base/guard.h. Returns an errno, 0 on success. */
int shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

#endif
