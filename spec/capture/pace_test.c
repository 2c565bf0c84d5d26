/* A series' deadlines, on a clock that only counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "capture/pace.h"

static const int64_t START = INT64_C(7) * SHOT_NS_PER_S + 123;
static const int64_t PERIOD = SHOT_NS_PER_S / 50;

static struct shot_pace start(double fps)
{
	struct shot_pace pace;
	shot_pace_start(&pace, fps, START);
	return pace;
}

static bool is_near(double value, double expected)
{
	return fabs(value - expected) < 1e-6 * (1 + fabs(expected));
}

static void begins_at_once(void **state)
{
	(void)state;
	struct shot_pace pace = start(50);
	assert_true(pace.due == START);
	assert_int_equal(pace.count, 0);
	assert_true(shot_pace_rate(&pace) == 0);
	assert_true(shot_pace_lateness(&pace) == 0);
	shot_pace_sent(&pace, START);
	assert_true(pace.due == START + PERIOD);
	assert_true(shot_pace_rate(&pace) == 0);
}

static void keeps_to_the_grid_when_late(void **state)
{
	(void)state;
	struct shot_pace pace = start(50);
	for (int i = 0; i < 1000; i++) {
		assert_true(pace.due == START + i * PERIOD);
		shot_pace_sent(&pace, pace.due + (i % 2) * (PERIOD - 1));
	}
	assert_int_equal(pace.count, 1000);
	assert_int_equal(pace.skipped, 0);
	assert_true(is_near(shot_pace_lateness(&pace), (double)(PERIOD - 1) / 2e9));
}

static void counts_what_it_skips(void **state)
{
	(void)state;
	struct shot_pace pace = start(50);
	shot_pace_sent(&pace, START);
	shot_pace_sent(&pace, START + 4 * PERIOD + PERIOD / 2); /* was due at 1: 2, 3, 4 are lost */
	assert_int_equal(pace.count, 2);
	assert_int_equal(pace.skipped, 3);
	assert_true(pace.due == START + 5 * PERIOD);
	shot_pace_sent(&pace, pace.due);
	assert_int_equal(pace.skipped, 3);
	assert_true(pace.due == START + 6 * PERIOD);
}

/* Every deadline of the grid is either sent or skipped, and none is due twice. */
static void accounts_for_every_deadline(void **state)
{
	(void)state;
	srand(1);
	struct shot_pace pace = start(50);
	int64_t now = START;
	for (int i = 0; i < 100000; i++) {
		int64_t due = pace.due;
		now = (now > due ? now : due) + rand() % (3 * PERIOD);
		shot_pace_sent(&pace, now);
		assert_true(pace.due > now && pace.due <= now + PERIOD);
		assert_true(pace.due == START + (int64_t)(pace.count + pace.skipped) * PERIOD);
	}
	assert_true(pace.skipped > 10000);
}

static void is_patient_with_a_clock_that_is_early(void **state)
{
	(void)state;
	struct shot_pace pace = start(50);
	shot_pace_sent(&pace, START - 5);
	assert_true(pace.due == START + PERIOD);
	assert_int_equal(pace.skipped, 0);
	assert_true(shot_pace_lateness(&pace) == 0);
}

static void goes_as_fast_as_it_can(void **state)
{
	(void)state;
	struct shot_pace pace = start(0);
	for (int i = 0; i < 10; i++) {
		int64_t now = START + i * SHOT_NS_PER_S;
		shot_pace_sent(&pace, now);
		assert_true(pace.due <= now);
	}
	assert_int_equal(pace.skipped, 0);
	assert_true(is_near(shot_pace_rate(&pace), 1));
	assert_true(shot_pace_lateness(&pace) == 0);
}

static void waits_for_ever_when_it_is_slow(void **state)
{
	(void)state;
	const double slow[] = {1e-12, 1e-300};
	for (int i = 0; i < 2; i++) {
		struct shot_pace pace = start(slow[i]);
		for (int sent = 0; sent < 3; sent++) {
			shot_pace_sent(&pace, START + sent);
			assert_true(pace.due >= START + INT64_C(1000000000) * SHOT_NS_PER_S);
		}
	}
}

static void tells_the_rate(void **state)
{
	(void)state;
	const double rates[] = {0.001, 0.5, 1, 23.976, 30, 59.94, 144, 10000};
	for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
		struct shot_pace pace = start(rates[i]);
		for (int j = 0; j < 100; j++) {
			shot_pace_sent(&pace, pace.due);
		}
		assert_true(is_near(shot_pace_rate(&pace), rates[i]));
	}
	struct shot_pace stuck = start(50);
	shot_pace_sent(&stuck, START);
	shot_pace_sent(&stuck, START);
	assert_true(shot_pace_rate(&stuck) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_at_once),
		cmocka_unit_test(keeps_to_the_grid_when_late),
		cmocka_unit_test(counts_what_it_skips),
		cmocka_unit_test(accounts_for_every_deadline),
		cmocka_unit_test(is_patient_with_a_clock_that_is_early),
		cmocka_unit_test(goes_as_fast_as_it_can),
		cmocka_unit_test(waits_for_ever_when_it_is_slow),
		cmocka_unit_test(tells_the_rate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
