#include "base/helper.h"

#include <sched.h>

#include "base/thread.h"

/* A thread that ended would have no number, and the kernel take that for the caller's: so a helper
 * stays until it is joined. */
static void *work(void *argument)
{
	struct shot_helper *helper = argument;
	void *result = helper->run(helper->argument);
	while (sem_wait(&helper->end) != 0) { /* somebody's signal of a fault */
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
	*helper = (struct shot_helper){.run = run, .argument = argument};
	sem_init(&helper->end, 0, 0);
	int failed = shot_thread_start(&helper->thread, work, helper);
	if (failed) {
		sem_destroy(&helper->end);
	} else {
		limit(helper, sched_getcpu());
	}
	return failed;
}

void shot_helper_join(struct shot_helper *helper)
{
	limit(helper, -1);
	sem_post(&helper->end);
	pthread_join(helper->thread, NULL);
	sem_destroy(&helper->end);
}
