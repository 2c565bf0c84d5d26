#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "host/fibre.h"

struct counting {
	struct shot_fibre *fibre;
	int count;
};

/* Leaves in the middle of calls, with something on the stack. */
static int count_down(struct counting *counting, int left)
{
	volatile char filling[512];
	memset((char *)filling, left, sizeof filling);
	if (left == 0) {
		return 0;
	}
	counting->count++;
	shot_fibre_leave(counting->fibre);
	int below = count_down(counting, left - 1);
	assert_int_equal(filling[511], left);
	return below + 1;
}

static void run(void *context)
{
	struct counting *counting = context;
	counting->count = 100 * count_down(counting, 20);
}

static void goes_on_where_it_was_left(void **state)
{
	(void)state;
	struct shot_error err;
	struct counting counting = {.fibre = shot_fibre_create(&err)};
	assert_non_null(counting.fibre);
	assert_false(shot_fibre_is_left(counting.fibre));
	for (int round = 0; round < 3; round++) { /* it can be started again */
		counting.count = 0;
		shot_fibre_start(counting.fibre, run, &counting);
		for (int i = 1; i <= 20; i++) {
			assert_true(shot_fibre_is_left(counting.fibre));
			assert_int_equal(counting.count, i);
			shot_fibre_continue(counting.fibre);
		}
		assert_false(shot_fibre_is_left(counting.fibre));
		assert_int_equal(counting.count, 2000);
	}
	shot_fibre_destroy(counting.fibre);
}

static void can_be_forgotten_in_the_middle(void **state)
{
	(void)state;
	struct shot_error err;
	for (int i = 0; i < 1000; i++) { /* its stack is given back: these would be 256 MB */
		struct counting counting = {.fibre = shot_fibre_create(&err)};
		assert_non_null(counting.fibre);
		shot_fibre_start(counting.fibre, run, &counting);
		shot_fibre_destroy(counting.fibre);
	}
	shot_fibre_destroy(NULL);
}

static void several_run_in_turn(void **state)
{
	(void)state;
	struct shot_error err;
	struct counting one = {.fibre = shot_fibre_create(&err)};
	struct counting other = {.fibre = shot_fibre_create(&err)};
	shot_fibre_start(one.fibre, run, &one);
	shot_fibre_start(other.fibre, run, &other);
	while (shot_fibre_is_left(one.fibre)) {
		shot_fibre_continue(one.fibre);
		shot_fibre_continue(other.fibre);
	}
	assert_false(shot_fibre_is_left(other.fibre));
	assert_int_equal(one.count + other.count, 4000);
	shot_fibre_destroy(one.fibre);
	shot_fibre_destroy(other.fibre);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_on_where_it_was_left),
		cmocka_unit_test(can_be_forgotten_in_the_middle),
		cmocka_unit_test(several_run_in_turn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
