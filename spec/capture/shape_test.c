/* Shapes of rectangles in any order, which overlap and leave the frame, compared pixel by pixel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "capture/shape.h"

#define WIDTH 23
#define HEIGHT 17

static bool holds(const struct shot_region *shape, int32_t x, int32_t y)
{
	for (unsigned i = 0; i < shape->count; i++) {
		if (shot_rect_contains(shape->rects[i], (struct shot_rect){x, y, 1, 1})) {
			return true;
		}
	}
	return false;
}

static void check(const struct shot_region *shape, int32_t left, int32_t top)
{
	uint8_t pixels[HEIGHT][WIDTH][4];
	memset(pixels, 0xee, sizeof pixels);
	const struct shot_frame frame = {.view = {.data = &pixels[0][0][0],
						 .width = WIDTH,
						 .height = HEIGHT,
						 .stride = sizeof pixels[0],
						 .format = SHOT_FORMAT_BGRX},
		.x = left,
		.y = top};
	shot_shape_apply(shape, &frame);
	for (int32_t y = 0; y < HEIGHT; y++) {
		for (int32_t x = 0; x < WIDTH; x++) {
			bool is_kept = shape->count == 0 || holds(shape, left + x, top + y);
			assert_int_equal(pixels[y][x][0], is_kept ? 0xee : 0);
			assert_int_equal(pixels[y][x][2], is_kept ? 0xee : 0);
		}
	}
}

static void blackens_what_lies_outside_of_all_rectangles(void **state)
{
	(void)state;
	unsigned seed = 7;
	struct shot_rect rects[6];
	for (int round = 0; round < 2000; round++) {
		struct shot_region shape = {rects, (unsigned)rand_r(&seed) % 7};
		for (unsigned i = 0; i < shape.count; i++) {
			rects[i] = (struct shot_rect){rand_r(&seed) % 40 - 20,
				rand_r(&seed) % 40 - 20, rand_r(&seed) % 20, rand_r(&seed) % 20};
		}
		check(&shape, rand_r(&seed) % 20 - 10, rand_r(&seed) % 20 - 10);
	}
}

static void leaves_a_window_without_a_shape_as_it_is(void **state)
{
	(void)state;
	const struct shot_region none = {0};
	check(&none, 3, 4);
	struct shot_rect whole = {0, 0, WIDTH, HEIGHT};
	const struct shot_region all = {&whole, 1};
	check(&all, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blackens_what_lies_outside_of_all_rectangles),
		cmocka_unit_test(leaves_a_window_without_a_shape_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
