#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rect.h"

static const struct shot_rect SCREEN = {0, 0, 640, 480};

static void knows_emptiness(void **state)
{
	(void)state;
	assert_false(shot_rect_is_empty(SCREEN));
	assert_true(shot_rect_is_empty((struct shot_rect){0, 0, 0, 5}));
	assert_true(shot_rect_is_empty((struct shot_rect){0, 0, 5, -1}));
}

static void contains_up_to_the_edge(void **state)
{
	(void)state;
	assert_true(shot_rect_contains(SCREEN, SCREEN));
	assert_true(shot_rect_contains(SCREEN, (struct shot_rect){639, 479, 1, 1}));
	assert_false(shot_rect_contains(SCREEN, (struct shot_rect){639, 479, 2, 1}));
	assert_false(shot_rect_contains(SCREEN, (struct shot_rect){639, 479, 1, 2}));
	assert_false(shot_rect_contains(SCREEN, (struct shot_rect){-1, 0, 1, 1}));
	assert_false(shot_rect_contains(SCREEN, (struct shot_rect){INT32_MAX, 0, INT32_MAX, 1}));
}

static void intersects(void **state)
{
	(void)state;
	struct shot_rect over = {-10, 470, 20, 20};
	assert_true(shot_rect_equal(
		shot_rect_intersect(SCREEN, over), (struct shot_rect){0, 470, 10, 10}));
	assert_true(shot_rect_equal(shot_rect_intersect(SCREEN, (struct shot_rect){640, 0, 1, 1}),
		(struct shot_rect){0}));
	struct shot_rect huge = {INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX};
	assert_true(shot_rect_equal(shot_rect_intersect(huge, huge), huge));
	assert_true(shot_rect_is_empty(
		shot_rect_intersect(huge, (struct shot_rect){INT32_MAX, INT32_MAX, 1, 1})));
}

static void unites(void **state)
{
	(void)state;
	struct shot_rect a = {5, -3, 2, 4}, b = {-1, 0, 3, 9};
	assert_true(shot_rect_equal(shot_rect_unite(a, b), (struct shot_rect){-1, -3, 8, 12}));
	assert_true(shot_rect_equal(shot_rect_unite(b, a), (struct shot_rect){-1, -3, 8, 12}));
	assert_true(shot_rect_equal(shot_rect_unite(a, a), a));
}

static void reads_geometries(void **state)
{
	(void)state;
	const struct {
		const char *text;
		struct shot_rect rect;
	} good[] = {
		{"640x480+10+20", {10, 20, 640, 480}},
		{"640x480", {0, 0, 640, 480}},
		{"1x2+-3+4", {-3, 4, 1, 2}},
		{"1x2+3+-4", {3, -4, 1, 2}},
		{"1x2++3+-0", {3, 0, 1, 2}},
		{"0x0", {0, 0, 0, 0}},
		{"2147483647x2147483647+-2147483647+0", {-INT32_MAX, 0, INT32_MAX, INT32_MAX}},
	};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct shot_rect rect;
		assert_true(shot_rect_parse(good[i].text, &rect));
		assert_true(shot_rect_equal(rect, good[i].rect));
	}
}

static void refuses_what_is_no_geometry(void **state)
{
	(void)state;
	const char *bad[] = {"", "640", "x", "640x", "x480", "640x480+", "640x480+1", "640x480+1+",
		"640x480+1+2 ", " 640x480", "640X480", "+1x2", "-1x2", "2147483648x1",
		"99999999999999999999x1", "1x1+-+1+0", "1x1+1+2+3", "1x1+", "1x1+-", "1x1+-+0",
		"1x1---1-0", "primary"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct shot_rect rect = SCREEN;
		assert_false(shot_rect_parse(bad[i], &rect));
		assert_true(shot_rect_equal(rect, SCREEN));
		struct shot_geometry geometry = {.rect = SCREEN};
		assert_false(shot_geometry_parse(bad[i], &geometry));
		assert_true(shot_rect_equal(geometry.rect, SCREEN));
	}
}

static void counts_from_the_far_edges(void **state)
{
	(void)state;
	const struct {
		const char *text;
		struct shot_rect rect;
	} good[] = {
		{"100x50-0-0", {540, 430, 100, 50}},
		{"100x50-10+20", {530, 20, 100, 50}},
		{"100x50+10-20", {10, 410, 100, 50}},
		{"100x50-+10--20", {530, 450, 100, 50}},
		{"700x50-0+0", {-60, 0, 700, 50}},
		{"100x50+1+2", {1, 2, 100, 50}},
		{"2147483647x2147483647-2147483647--2147483647",
			{INT32_MIN, 480, INT32_MAX, INT32_MAX}},
		{"0x0--2147483647--2147483647", {INT32_MAX, INT32_MAX, 0, 0}},
	};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct shot_geometry geometry;
		assert_true(shot_geometry_parse(good[i].text, &geometry));
		assert_true(shot_rect_equal(shot_geometry_place(geometry, SCREEN), good[i].rect));
		struct shot_rect rect = SCREEN;
		assert_true(shot_rect_parse(good[i].text, &rect) ==
			    (!geometry.from_right && !geometry.from_bottom));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_emptiness),
		cmocka_unit_test(contains_up_to_the_edge),
		cmocka_unit_test(intersects),
		cmocka_unit_test(unites),
		cmocka_unit_test(reads_geometries),
		cmocka_unit_test(refuses_what_is_no_geometry),
		cmocka_unit_test(counts_from_the_far_edges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
