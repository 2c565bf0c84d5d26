/* link: --wrap=shot_helper_start */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>

#include "base/helper.h"
#include "base/parallel.h"

static int starts = -1; /* that succeed; negative: all */

int __real_shot_helper_start(struct shot_helper *helper, void *(*run)(void *), void *argument);
int __wrap_shot_helper_start(struct shot_helper *helper, void *(*run)(void *), void *argument);
int __wrap_shot_helper_start(struct shot_helper *helper, void *(*run)(void *), void *argument)
{
	if (starts == 0) {
		return EAGAIN;
	}
	starts -= starts > 0;
	return __real_shot_helper_start(helper, run, argument);
}

struct calls {
	int count[SHOT_PARALLEL_MOST];
	pthread_t thread[SHOT_PARALLEL_MOST];
};

static void note(void *context, unsigned part)
{
	struct calls *calls = context;
	calls->count[part]++;
	calls->thread[part] = pthread_self();
}

static struct calls call(unsigned parts)
{
	struct calls calls;
	memset(&calls, 0, sizeof calls);
	shot_parallel(parts, note, &calls);
	return calls;
}

static void each_part_runs_once_and_the_first_here(void **state)
{
	(void)state;
	starts = -1;
	for (unsigned parts = 1; parts <= SHOT_PARALLEL_MOST; parts++) {
		struct calls calls = call(parts);
		for (unsigned i = 0; i < SHOT_PARALLEL_MOST; i++) {
			assert_int_equal(calls.count[i], i < parts);
			bool is_here = i < parts && pthread_equal(calls.thread[i], pthread_self());
			assert_int_equal(is_here, i == 0);
		}
	}
}

static void parts_without_a_thread_run_here(void **state)
{
	(void)state;
	starts = 1;
	struct calls calls = call(3);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(calls.count[i], 1);
		bool is_here = pthread_equal(calls.thread[i], pthread_self());
		assert_int_equal(is_here, i != 1);
	}
	starts = -1;
}

static void there_are_as_many_parts_as_processors_at_most(void **state)
{
	(void)state;
	cpu_set_t all, one;
	assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
	unsigned processors = (unsigned)CPU_COUNT(&all);
	unsigned most = processors < SHOT_PARALLEL_MOST ? processors : SHOT_PARALLEL_MOST;
	assert_int_equal(shot_parallel_parts(1000), most);
	assert_int_equal(shot_parallel_parts(1), 1);
	assert_int_equal(shot_parallel_parts(0), 1);
	CPU_ZERO(&one);
	for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++) {
		if (CPU_ISSET(i, &all)) {
			CPU_SET(i, &one);
		}
	}
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	assert_int_equal(shot_parallel_parts(1000), 1);
	assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part_runs_once_and_the_first_here),
		cmocka_unit_test(parts_without_a_thread_run_here),
		cmocka_unit_test(there_are_as_many_parts_as_processors_at_most),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
