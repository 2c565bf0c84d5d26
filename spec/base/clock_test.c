/* Durations, from nothing to for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/clock.h"

static void durations(void **state)
{
	(void)state;
	assert_true(shot_duration_ns(1.5) == INT64_C(1500000000));
	assert_true(shot_duration_ns(0) == 0);
	assert_true(shot_duration_ns(-1) == 0);
	assert_true(shot_duration_ns(NAN) == 0);
	assert_true(shot_duration_ns(3e9) == INT64_C(3000000000) * SHOT_NS_PER_S);
	assert_true(shot_duration_ns(1e10) == SHOT_FOREVER);
	assert_true(shot_duration_ns(HUGE_VAL) == SHOT_FOREVER);
}

static void deadlines(void **state)
{
	(void)state;
	int64_t now = shot_clock_ns();
	assert_true(shot_deadline_in(-1) >= now);
	assert_true(shot_deadline_in(100) >= now + 100 * SHOT_NS_PER_S);
	assert_true(shot_deadline_in(3e9) < SHOT_FOREVER);
	assert_true(shot_deadline_in(HUGE_VAL) == SHOT_FOREVER);
	struct timespec left;
	assert_null(shot_deadline_left(SHOT_FOREVER, &left));
	assert_ptr_equal(shot_deadline_left(now - 5, &left), &left);
	assert_true(left.tv_sec == 0 && left.tv_nsec == 0);
}

/* Where a pointer has 32 bits, a job's wait keeps its deadline in as many. */
static void folded_deadlines(void **state)
{
	(void)state;
	static const double lengths[] = {0.0005, 1, 3600, 24 * 86400.0};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		int64_t deadline = shot_deadline_in(lengths[i]);
		int64_t unfolded = shot_deadline_unfold(shot_deadline_fold(deadline));
		assert_true(unfolded >= deadline && unfolded < deadline + 1000000);
		assert_true(shot_deadline_unfold(shot_deadline_fold(unfolded)) == unfolded);
	}
	int64_t far = shot_deadline_unfold(shot_deadline_fold(shot_deadline_in(3e9)));
	assert_true(far > shot_deadline_in(24 * 86400.0));
	assert_true(shot_deadline_unfold(shot_deadline_fold(SHOT_FOREVER)) == SHOT_FOREVER);
	assert_true(shot_deadline_unfold(shot_deadline_fold(0)) < shot_clock_ns());
	assert_true(shot_deadline_unfold(shot_deadline_fold(shot_clock_ns() - 1000000)) <
		    shot_clock_ns());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations),
		cmocka_unit_test(deadlines),
		cmocka_unit_test(folded_deadlines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
