/* The layout that a compositor's numbers form, whatever these are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wayland/output.h"

static struct shot_wayland wayland;

static bool arrange(struct shot_wayland_output *outputs, unsigned count)
{
	wayland = (struct shot_wayland){0};
	for (unsigned i = count; i-- > 0;) {
		outputs[i].next = wayland.outputs;
		outputs[i].wayland = &wayland;
		wayland.outputs = &outputs[i];
	}
	return shot_wayland_outputs_arrange(&wayland);
}

static void assert_rect(struct shot_rect expected, struct shot_rect rect)
{
	assert_int_equal(expected.x, rect.x);
	assert_int_equal(expected.y, rect.y);
	assert_int_equal(expected.width, rect.width);
	assert_int_equal(expected.height, rect.height);
}

static void test_sizes(void **state)
{
	static const struct {
		int32_t width, height;
		bool is_known;
	} cases[] = {{1, 1, true}, {INT16_MAX, INT16_MAX, true}, {INT16_MAX + 1, 48, false},
		{64, INT16_MAX + 1, false}, {0, 48, false}, {64, 0, false}, {-1, 48, false},
		{64, INT32_MIN, false}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct shot_wayland_output outputs[] = {{.scale = 1, .width = 32, .height = 24},
			{.scale = 1, .width = cases[i].width, .height = cases[i].height}};
		assert_true(arrange(outputs, 2));
		assert_int_equal(1 + cases[i].is_known, wayland.source.layout.count);
		assert_int_equal(cases[i].is_known, arrange(&outputs[1], 1));
	}
}

/* However far apart a compositor says that its outputs are, no coordinate overflows. */
static void test_far(void **state)
{
	enum { FARTHEST = 1 << 20 };
	(void)state;
	for (int32_t scale = 1; scale <= 1 << 20; scale <<= 10) {
		struct shot_wayland_output outputs[] = {
			{.scale = 1,
				.width = 64,
				.height = 48,
				.logical = {INT32_MIN, INT32_MIN, 0, 0}},
			{.scale = scale,
				.width = 64,
				.height = 48,
				.logical = {INT32_MAX, INT32_MAX, 0, 0}}};
		assert_true(arrange(outputs, 2));
		assert_rect((struct shot_rect){0, 0, 64, 48}, outputs[0].rect);
		assert_rect((struct shot_rect){FARTHEST, FARTHEST, 64, 48}, outputs[1].rect);
		assert_int_equal(FARTHEST + 64, wayland.source.layout.root.width);
		struct shot_wayland_spot spot;
		assert_true(shot_wayland_outputs_find(&wayland, 0, 0, &spot));
		assert_int_equal(1 << 28, spot.width);
		assert_int_equal(1 << 28, spot.height);
	}
}

/* So are the places for its virtual pointers. */
static void test_far_spots(void **state)
{
	static const int32_t places[] = {INT32_MIN, INT32_MIN / 2, -1, 100, INT32_MAX - 64};
	enum { FARTHEST = 1 << 28, COUNT = sizeof places / sizeof *places };
	(void)state;
	for (size_t i = 0; i < COUNT * COUNT; i++) {
		struct shot_wayland_output outputs[] = {
			{.scale = 1,
				.width = 64,
				.height = 48,
				.logical = {places[i / COUNT], 0, 64, 48}},
			{.scale = 1,
				.width = 64,
				.height = 48,
				.logical = {0, places[i % COUNT], 64, 48}}};
		outputs[0].has_logical = outputs[1].has_logical = true;
		assert_true(arrange(outputs, 2));
		for (int at = 0; at < 2; at++) {
			struct shot_wayland_spot spot;
			struct shot_rect rect = outputs[at].rect;
			assert_true(shot_wayland_outputs_find(&wayland, rect.x, rect.y, &spot));
			assert_in_range(spot.x, 0, FARTHEST);
			assert_in_range(spot.y, 0, FARTHEST);
			assert_in_range(spot.width, 0, FARTHEST);
			assert_in_range(spot.height, 0, FARTHEST);
		}
	}
}

/* Each at its logical place, in pixels of the largest scale. */
static void test_scales(void **state)
{
	(void)state;
	struct shot_wayland_output outputs[] = {
		{.scale = 1, .width = 100, .height = 80, .logical = {60, 5, 0, 0}},
		{.scale = 2, .width = 120, .height = 90, .logical = {-40, 0, 0, 0}, .transform = 1},
		{.scale = 1,
			.width = 300,
			.height = 150,
			.logical = {160, -10, 200, 100},
			.has_logical = true,
			.refresh = 50000}};
	assert_true(arrange(outputs, 3));
	assert_rect((struct shot_rect){200, 30, 100, 80}, outputs[0].rect);
	assert_rect((struct shot_rect){0, 20, 90, 120}, outputs[1].rect);
	assert_rect((struct shot_rect){400, 0, 300, 150}, outputs[2].rect);
	const struct shot_layout *layout = &wayland.source.layout;
	assert_int_equal(3, layout->count);
	assert_rect(outputs[1].rect, layout->monitors[0].rect); /* from left to right */
	assert_rect(outputs[2].rect, layout->monitors[2].rect);
	assert_true(layout->monitors[2].scale == 1.5);
	assert_int_equal(700, layout->root.width);
	assert_int_equal(150, layout->root.height);
	assert_int_equal(20000000, wayland.source.frame_ns);
	struct shot_wayland_spot spot;
	assert_true(shot_wayland_outputs_find(&wayland, 403, 6, &spot));
	assert_int_equal((400 << 8) / 1, spot.width);
	assert_int_equal((200 << 8) + (int)(3.5 * 256 / 1.5), spot.x);
	assert_int_equal((int)(6.5 * 256 / 1.5), spot.y);
	assert_false(shot_wayland_outputs_find(&wayland, 350, 50, &spot));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_far),
		cmocka_unit_test(test_far_spots),
		cmocka_unit_test(test_scales),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
