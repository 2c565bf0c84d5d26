/* The list of windows when it has no end, and when windows close. */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/hostile_client.h"
#include "wayland/toplevel.h"

enum { LISTED = 4096, GROUP = 1000 };

/* Five groups of windows come one after the other, of which the first may close. */
static void check_list(bool is_closed, unsigned expected)
{
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	SAY(&plan, HOSTILE_LIST, EVENT(TOPLEVEL, 0, GROUP, is_closed), EVENT(HOLD),
		EVENT(TOPLEVEL, 0, GROUP), EVENT(HOLD), EVENT(TOPLEVEL, 0, GROUP), EVENT(HOLD),
		EVENT(TOPLEVEL, 0, GROUP), EVENT(HOLD), EVENT(TOPLEVEL, 0, GROUP));
	struct hostile *hostile = hostile_start(&plan);
	struct shot_grabber *grabber = open_display(NULL, false, &err);
	assert_non_null(grabber);
	struct shot_wayland *wayland = shot_wayland_of(grabber->source);
	assert_null(shot_wayland_toplevel_find(wayland, 1));
	assert_true(shot_wayland_toplevels_follow(wayland, &err));
	for (int group = 0; group < 5; group++) {
		assert_int_equal(group > 0, group > 0 ? hostile_tick(hostile) : 0);
		for (int i = 0; i < 200; i++) { /* libwayland reads 4 KB at once */
			hostile_settle(hostile);
			assert_true(shot_wayland_take_events(grabber->source, &err));
		}
	}
	unsigned count = 0;
	for (struct shot_wayland_toplevel *it = shot_wayland_toplevels_first(wayland); it;
		it = it->next) {
		assert_true(it->id > (it->next ? it->next->id : 0));
		assert_ptr_equal(it, shot_wayland_toplevel_find(wayland, it->id));
		count++;
	}
	assert_int_equal(expected, count);
	assert_null(shot_wayland_toplevel_find(wayland, is_closed ? 1 : LISTED + 1));
	assert_int_equal(
		5 * GROUP - expected, hostile_count(hostile, "toplevel_handle_v1.destroy()"));
	shot_grabber_close(grabber);
	hostile_stop(hostile);
}

static void test_endless(void **state)
{
	(void)state;
	check_list(false, LISTED);
}

static void test_closed(void **state)
{
	(void)state;
	check_list(true, 4 * GROUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
