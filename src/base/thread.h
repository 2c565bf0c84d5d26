/* Threads beside the main one. */
#ifndef SHOT_BASE_THREAD_H
#define SHOT_BASE_THREAD_H

#include <pthread.h>

/* Start `run` with `argument` on a thread that gets no signals: they belong to the main thread,
 * which knows what they mean. Faults of its own instructions (SIGBUS, …) are not blocked, because
 * the kernel ends a process that blocks them, past the handler of base/guard.h. Returns an errno, 0
 * when it runs. */
int shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

#endif
