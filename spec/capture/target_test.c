/* Monitors by name on layouts that no X server here has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/target.h"

/* Two monitors of one model, the second one's picture at `x`. */
static struct shot_layout twins(int32_t x)
{
	return (struct shot_layout){.root = {0, 0, 200, 100},
		.count = 2,
		.monitors = {{.rect = {0, 0, 100, 100},
				     .output = "DP-1",
				     .label = "DP-1",
				     .name = "TWIN 24"},
			{.rect = {x, 0, 100, 100},
				.output = "DP-2",
				.label = "DP-2",
				.name = "TWIN 24"}}};
}

static bool find(const struct shot_layout *layout, struct shot_target target,
	struct shot_place *place, struct shot_error *err)
{
	target.kind = SHOT_TARGET_MONITOR;
	const struct shot_surroundings around = {0};
	return shot_target_resolve(&target, layout, &around, place, err);
}

static void asks_which_of_two_monitors_of_one_model_is_meant(void **state)
{
	(void)state;
	struct shot_layout layout = twins(100);
	struct shot_place place;
	struct shot_error err;
	assert_false(find(&layout, (struct shot_target){.name = "TWIN 24"}, &place, &err));
	assert_string_equal(err.code, "EAMBIGUOUS");
	assert_string_equal(
		err.message, "2 monitors are called 'TWIN 24': name the output, one of DP-1, DP-2");
	assert_true(find(&layout, (struct shot_target){.name = "DP-2"}, &place, &err));
	assert_int_equal(place.rect.x, 100);
}

static void takes_any_of_those_that_show_the_same(void **state)
{
	(void)state;
	struct shot_layout layout = twins(0);
	struct shot_place place;
	struct shot_error err;
	assert_true(find(&layout, (struct shot_target){.name = "TWIN 24"}, &place, &err));
	assert_string_equal(place.source, "DP-1");
}

static void lists_all_names_as_far_as_there_is_room(void **state)
{
	(void)state;
	struct shot_layout layout = twins(100);
	struct shot_place place;
	struct shot_error err;
	assert_false(find(&layout, (struct shot_target){.name = "DP-3"}, &place, &err));
	assert_string_equal(err.message,
		"no monitor is called 'DP-3' (there are: DP-1 (TWIN 24), DP-2 (TWIN 24))");
	layout.count = SHOT_MONITORS;
	for (size_t i = 2; i < SHOT_MONITORS; i++) {
		layout.monitors[i] = layout.monitors[1];
	}
	assert_false(find(&layout, (struct shot_target){.name = "DP-3"}, &place, &err));
	assert_string_equal(err.code, "ENOMONITOR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_which_of_two_monitors_of_one_model_is_meant),
		cmocka_unit_test(takes_any_of_those_that_show_the_same),
		cmocka_unit_test(lists_all_names_as_far_as_there_is_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
