#include "base/helper.h"

#include <sched.h>
#include <stdbool.h>

#include "base/thread.h"

/* A thread that has ended has no number, and the kernel would take that for the caller's: so a
 * helper stays until it is limited. */
static void *work(void *argument)
{
	struct shot_helper *helper = argument;
	void *result = helper->run(helper->argument);
	atomic_store(&helper->has_returned, true);
	while (sem_wait(&helper->limited) != 0) { /* somebody's signal of a fault */
	}
	return result;
}

/* This may fail, in a sandbox for example: the kernel's own choice stands then. */
static void limit(const struct shot_helper *helper, int without)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) != 0) {
		return;
	}
	if (without >= 0) {
		CPU_CLR((size_t)without, &set);
	}
	pthread_setaffinity_np(helper->thread, sizeof set, &set);
}

int shot_helper_start(struct shot_helper *helper, void *(*run)(void *), void *argument)
{
	helper->run = run;
	helper->argument = argument;
	atomic_init(&helper->has_returned, false);
	sem_init(&helper->limited, 0, 0);
	int failed = shot_thread_start(&helper->thread, work, helper);
	if (failed) {
		sem_destroy(&helper->limited);
	} else {
		limit(helper, sched_getcpu());
		sem_post(&helper->limited);
	}
	return failed;
}

void shot_helper_join(struct shot_helper *helper)
{
	if (!atomic_load(&helper->has_returned)) {
		limit(helper, -1); /* the caller has these already, if the helper ends meanwhile */
	}
	pthread_join(helper->thread, NULL);
	sem_destroy(&helper->limited);
}
