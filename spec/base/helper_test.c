/* link: --wrap=shot_thread_start */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <time.h>

#include "base/helper.h"
#include "base/thread.h"

static struct timespec pause; /* of the caller, in which its helper may end */

int __real_shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);
int __wrap_shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);
int __wrap_shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
	int failed = __real_shot_thread_start(thread, run, argument);
	nanosleep(&pause, NULL);
	return failed;
}

struct look {
	sem_t started, looked;
	cpu_set_t at_first, at_last;
	int count; /* of the caller's processors */
};

/* Ends when it may run where its caller may, which is when it is joined. */
static void *look_at_processors(void *argument)
{
	struct look *look = argument;
	sem_wait(&look->started);
	sched_getaffinity(0, sizeof look->at_first, &look->at_first);
	sem_post(&look->looked);
	do {
		sched_yield();
		sched_getaffinity(0, sizeof look->at_last, &look->at_last);
	} while (CPU_COUNT(&look->at_last) < look->count);
	return NULL;
}

static struct look look(cpu_set_t all)
{
	struct look look = {.count = CPU_COUNT(&all)};
	struct shot_helper helper;
	sem_init(&look.started, 0, 0);
	sem_init(&look.looked, 0, 0);
	assert_int_equal(shot_helper_start(&helper, look_at_processors, &look), 0);
	sem_post(&look.started);
	sem_wait(&look.looked);
	shot_helper_join(&helper);
	sem_destroy(&look.looked);
	sem_destroy(&look.started);
	return look;
}

static cpu_set_t processors(void)
{
	cpu_set_t all;
	assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
	return all;
}

static void it_runs_on_other_processors_until_it_is_joined(void **state)
{
	(void)state;
	cpu_set_t all = processors();
	if (CPU_COUNT(&all) < 2) {
		print_message("there is one processor\n");
		skip();
	}
	struct look seen = look(all);
	assert_int_equal(CPU_COUNT(&seen.at_first), CPU_COUNT(&all) - 1);
	assert_true(CPU_EQUAL(&seen.at_last, &all));
}

static void it_runs_on_the_only_processor(void **state)
{
	(void)state;
	cpu_set_t all = processors(), one;
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	struct look seen = look(one);
	assert_true(CPU_EQUAL(&seen.at_first, &one));
	assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
}

static void *do_nothing(void *argument)
{
	return argument;
}

/* A limit of a thread that has ended is the caller's. */
static void its_caller_keeps_all_processors(void **state)
{
	(void)state;
	cpu_set_t all = processors();
	struct shot_helper helper;
	pause.tv_nsec = 50000000;
	assert_int_equal(shot_helper_start(&helper, do_nothing, NULL), 0);
	cpu_set_t now = processors();
	assert_true(CPU_EQUAL(&now, &all));
	nanosleep(&pause, NULL);
	shot_helper_join(&helper);
	pause.tv_nsec = 0;
	now = processors();
	assert_true(CPU_EQUAL(&now, &all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_runs_on_other_processors_until_it_is_joined),
		cmocka_unit_test(it_runs_on_the_only_processor),
		cmocka_unit_test(its_caller_keeps_all_processors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
