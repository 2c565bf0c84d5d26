/* A thread that shares one piece of the caller's work. It runs on others of the caller's processors
 * until the caller waits for it: some kernels of virtual machines leave a new thread on its
 * parent's processor for milliseconds, while another is idle. */
#ifndef SHOT_BASE_HELPER_H
#define SHOT_BASE_HELPER_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

struct shot_helper {
	void *(*run)(void *argument);
	void *argument;
	pthread_t thread;
	sem_t limited;
	atomic_bool has_returned;
};

/* Start `run` with `argument` on a thread as shot_thread_start does. The helper must stay where it
 * is until it is joined. Returns an errno, with nothing to join; 0 on success. */
int shot_helper_start(struct shot_helper *helper, void *(*run)(void *), void *argument);

/* Wait until `run` has returned. It may run on any of the caller's processors from now on. */
void shot_helper_join(struct shot_helper *helper);

#endif
