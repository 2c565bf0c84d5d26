/* The formats of video encoders, by their definition in floating point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "image/planar.h"
#include "support/picture.h"

/* The mean of the pixels of a pair of rows and columns; what lies outside is the last one again. */
static void mean_of(const struct shot_view *view, int32_t x, int32_t y, double rgb[3])
{
	memset(rgb, 0, 3 * sizeof *rgb);
	for (int i = 0; i < 4; i++) {
		int32_t column = x + i % 2 < view->width ? x + i % 2 : x;
		int32_t row = y + i / 2 < view->height ? y + i / 2 : y;
		uint8_t pixel[3];
		shot_view_pixel(view, column, row, pixel);
		for (int c = 0; c < 3; c++) {
			rgb[c] += pixel[c] / 4.0;
		}
	}
}

static void near(double wanted, uint8_t got, const char *what, const struct shot_view *view)
{
	if (fabs(wanted - got) > 2) {
		fail_msg("%s of %dx%d: %d, not %f", what, view->width, view->height, got, wanted);
	}
}

static void check(const struct shot_view *view, enum shot_planar format, const uint8_t *out)
{
	size_t columns = ((size_t)view->width + 1) / 2, rows = ((size_t)view->height + 1) / 2;
	const uint8_t *color = out + (size_t)view->width * (size_t)view->height;
	for (int32_t y = 0; y < view->height; y++) {
		for (int32_t x = 0; x < view->width; x++) {
			uint8_t rgb[3];
			shot_view_pixel(view, x, y, rgb);
			double luma =
				16 + (65.481 * rgb[0] + 128.553 * rgb[1] + 24.966 * rgb[2]) / 255;
			near(luma, out[(size_t)y * (size_t)view->width + (size_t)x], "luma", view);
		}
	}
	for (size_t i = 0; i < columns * rows; i++) {
		double rgb[3];
		mean_of(view, (int32_t)(i % columns) * 2, (int32_t)(i / columns) * 2, rgb);
		double u = 128 + (-37.797 * rgb[0] - 74.203 * rgb[1] + 112 * rgb[2]) / 255;
		double v = 128 + (112 * rgb[0] - 93.786 * rgb[1] - 18.214 * rgb[2]) / 255;
		bool is_i420 = format == SHOT_PLANAR_I420;
		near(u, is_i420 ? color[i] : color[2 * i], "u", view);
		near(v, is_i420 ? color[columns * rows + i] : color[2 * i + 1], "v", view);
	}
}

static void planes_keep_to_the_definition(void **state)
{
	(void)state;
	static const int32_t sizes[][2] = {
		{1, 1}, {1, 9}, {9, 1}, {2, 2}, {3, 5}, {16, 3}, {31, 7}, {64, 64}, {65, 33}};
	uint32_t seed = 31;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct shot_view view = make_view(sizes[i][0], sizes[i][1], SHOT_FORMAT_BGRX,
			next_random(&seed) % 9, i % 2 ? 0 : next_random(&seed) % 21, &seed);
		size_t size = shot_planar_size(&view);
		uint8_t *memory = malloc(size + 2 * GUARD);
		for (int format = 0; format < SHOT_PLANAR_COUNT; format++) {
			memset(memory, GUARD_VALUE, size + 2 * GUARD);
			shot_planar_convert(&view, (enum shot_planar)format, memory + GUARD);
			check(&view, (enum shot_planar)format, memory + GUARD);
			for (size_t j = 0; j < GUARD; j++) {
				assert_int_equal(memory[j], GUARD_VALUE);
				assert_int_equal(memory[GUARD + size + j], GUARD_VALUE);
			}
		}
		free(memory);
		shot_view_unref(&view);
	}
}

/* No plane may leave the limited range, or wrap around. */
static void extremes_stay_in_range(void **state)
{
	(void)state;
	uint8_t pixels[8][4], out[12];
	for (int i = 0; i < 8; i++) {
		uint8_t pixel[] = {i & 1 ? 255 : 0, i & 2 ? 255 : 0, i & 4 ? 255 : 0, 7};
		memcpy(pixels[i], pixel, 4);
		struct shot_view view = {.data = pixels[i], .width = 1, .height = 1, .stride = 4};
		shot_planar_convert(&view, SHOT_PLANAR_I420, out);
		check(&view, SHOT_PLANAR_I420, out);
		assert_in_range(out[0], 16, 235);
		assert_in_range(out[1], 16, 240);
		assert_in_range(out[2], 16, 240);
	}
}

static void names_are_known(void **state)
{
	(void)state;
	assert_string_equal(shot_planar_name(SHOT_PLANAR_I420), "i420");
	assert_string_equal(shot_planar_name(SHOT_PLANAR_NV12), "nv12");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planes_keep_to_the_definition),
		cmocka_unit_test(extremes_stay_in_range),
		cmocka_unit_test(names_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
