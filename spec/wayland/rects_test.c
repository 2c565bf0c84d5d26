#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wayland/rects.h"

static void assert_rect(struct shot_rect rect, struct shot_rect expected)
{
	assert_true(shot_rect_equal(rect, expected));
}

static void what_is_inside_takes_no_room(void **state)
{
	(void)state;
	struct shot_wayland_rects rects = {0};
	shot_wayland_rects_add(&rects, (struct shot_rect){10, 10, 20, 20});
	shot_wayland_rects_add(&rects, (struct shot_rect){12, 15, 5, 5});
	shot_wayland_rects_add(&rects, (struct shot_rect){10, 10, 0, 20});
	shot_wayland_rects_add(&rects, (struct shot_rect){50, 50, 0, 20});
	shot_wayland_rects_add(&rects, (struct shot_rect){50, 50, 20, 0});
	assert_int_equal(rects.count, 1);
	shot_wayland_rects_add(&rects, (struct shot_rect){25, 25, 10, 10});
	assert_int_equal(rects.count, 2);
	assert_rect(rects.list[0], (struct shot_rect){10, 10, 20, 20});
	assert_rect(rects.list[1], (struct shot_rect){25, 25, 10, 10});
}

/* One more than there is room for: a box around all, beside which there is room again. */
static void too_many_become_one(void **state)
{
	(void)state;
	struct shot_wayland_rects rects = {0};
	for (int32_t i = 0; i < SHOT_WAYLAND_RECTS; i++) {
		shot_wayland_rects_add(&rects, (struct shot_rect){100 - i, 10 * i, 1, 2});
	}
	assert_int_equal(rects.count, SHOT_WAYLAND_RECTS);
	shot_wayland_rects_add(&rects, (struct shot_rect){90, 500, 30, 7});
	assert_int_equal(rects.count, 1);
	assert_rect(rects.list[0], (struct shot_rect){85, 0, 35, 507});
	shot_wayland_rects_add(&rects, (struct shot_rect){0, 0, 1, 1});
	assert_int_equal(rects.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_inside_takes_no_room),
		cmocka_unit_test(too_many_become_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
