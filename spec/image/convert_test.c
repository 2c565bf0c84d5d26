#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "image/convert.h"
#include "support/picture.h"

/* One pixel by the definition in convert.h; returns how many of its bytes are defined: not the
 * fourth of bgrx. */
static size_t define_pixel(const uint8_t rgb[3], enum shot_format format, uint8_t out[4])
{
	switch (format) {
	case SHOT_FORMAT_BGRX:
	case SHOT_FORMAT_BGR:
		out[0] = rgb[2];
		out[1] = rgb[1];
		out[2] = rgb[0];
		return 3;
	case SHOT_FORMAT_RGB:
		memcpy(out, rgb, 3);
		return 3;
	case SHOT_FORMAT_RGBA:
		memcpy(out, rgb, 3);
		out[3] = 255;
		return 4;
	default:
		out[0] = (uint8_t)((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) >> 8);
		return 1;
	}
}

/* Convert into memory with guard bytes around and padding between the rows, and look at all. */
static void check(const struct shot_view *view, enum shot_format format, size_t padding)
{
	size_t bytes = shot_format_bytes(format), row = (size_t)view->width * bytes;
	size_t stride = row + padding, size = stride * (size_t)(view->height - 1) + row;
	uint8_t *memory = malloc(size + 2 * GUARD), *out = memory + GUARD;
	memset(memory, GUARD_VALUE, size + 2 * GUARD);
	shot_view_convert(view, format, out, stride);
	for (int32_t y = 0; y < view->height; y++) {
		for (int32_t x = 0; x < view->width; x++) {
			uint8_t rgb[3], expected[4];
			shot_view_pixel(view, x, y, rgb);
			size_t count = define_pixel(rgb, format, expected);
			const uint8_t *pixel = out + (size_t)y * stride + (size_t)x * bytes;
			if (memcmp(pixel, expected, count) != 0) {
				fail_msg("%s to %s, %dx%d: pixel %d,%d",
					shot_format_name(view->format), shot_format_name(format),
					view->width, view->height, x, y);
			}
		}
		for (size_t i = row; y + 1 < view->height && i < stride; i++) {
			assert_int_equal(out[(size_t)y * stride + i], GUARD_VALUE);
		}
	}
	for (size_t i = 0; i < GUARD; i++) {
		assert_int_equal(memory[i], GUARD_VALUE);
		assert_int_equal(out[size + i], GUARD_VALUE);
	}
	free(memory);
}

static void every_pair_keeps_to_the_definition(void **state)
{
	(void)state;
	uint32_t seed = 20240501;
	static const int32_t sizes[][2] = {{1, 1}, {1, 37}, {37, 1}, {2, 2}, {3, 5}, {15, 3},
		{16, 16}, {31, 7}, {33, 9}, {64, 4}, {127, 3}, {257, 11}, {1000, 3}};
	for (int from = 0; from < SHOT_FORMAT_COUNT; from++) {
		for (int to = 0; to < SHOT_FORMAT_COUNT; to++) {
			for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
				struct shot_view view = make_view(sizes[i][0], sizes[i][1],
					(enum shot_format)from, next_random(&seed) % 17,
					i % 2 ? 0 : next_random(&seed) % 33, &seed);
				check(&view, (enum shot_format)to, 0);
				check(&view, (enum shot_format)to, 1 + next_random(&seed) % 40);
				shot_view_unref(&view);
			}
		}
	}
}

static void crops_convert_like_the_whole(void **state)
{
	(void)state;
	uint32_t seed = 77;
	struct shot_error err;
	for (int from = 0; from < SHOT_FORMAT_COUNT; from++) {
		struct shot_view whole = make_view(150, 40, (enum shot_format)from, 1, 3, &seed);
		for (int round = 0; round < 60; round++) {
			int32_t x = (int32_t)(next_random(&seed) % 150);
			int32_t y = (int32_t)(next_random(&seed) % 40);
			struct shot_rect rect = {x, y,
				1 + (int32_t)(next_random(&seed) % (uint32_t)(150 - x)),
				1 + (int32_t)(next_random(&seed) % (uint32_t)(40 - y))};
			struct shot_view crop;
			assert_true(shot_view_crop(&whole, rect, &crop, &err));
			check(&crop, (enum shot_format)(round % SHOT_FORMAT_COUNT), (size_t)round);
			shot_view_unref(&crop);
		}
		shot_view_unref(&whole);
	}
}

/* Pictures that are large enough for bands: heights that no number of bands divides, and rows so
 * wide that there are fewer of them than bands. */
static void large_pictures_convert_like_small_ones(void **state)
{
	(void)state;
	uint32_t seed = 4;
	static const int32_t sizes[][2] = {
		{1501, 701}, {1400, 1999}, {1 << 20, 3}, {700001, 5}, {3 << 20, 1}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct shot_view view = make_view(
			sizes[i][0], sizes[i][1], SHOT_FORMAT_BGRX, 1, 5 * (i % 2), &seed);
		check(&view, SHOT_FORMAT_RGB, 0);
		check(&view, SHOT_FORMAT_RGBA, 3);
		shot_view_unref(&view);
	}
}

/* All of them, because a rounding error would show in few. */
static void gray_is_exact_for_every_color(void **state)
{
	(void)state;
	uint8_t *row = malloc(4 * 65536), *out = malloc(65536);
	struct shot_view view = {.data = row, .width = 65536, .height = 1, .stride = 4 * 65536};
	for (int red = 0; red < 256; red += 3) {
		for (int i = 0; i < 65536; i++) {
			uint8_t pixel[] = {
				(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)red, (uint8_t)~i};
			memcpy(row + 4 * i, pixel, 4);
		}
		shot_view_convert(&view, SHOT_FORMAT_GRAY, out, 65536);
		for (int i = 0; i < 65536; i++) {
			int gray = (77 * red + 150 * (i >> 8) + 29 * (i & 255) + 128) >> 8;
			if (out[i] != gray) {
				fail_msg("red %d, green %d, blue %d: gray %d, not %d", red, i >> 8,
					i & 255, out[i], gray);
			}
		}
	}
	free(row);
	free(out);
}

/* As a peer's picture of one row can have. */
static void takes_strides_beyond_an_int(void **state)
{
	(void)state;
	uint8_t row[] = {1, 2, 3, 4, 5, 6, 7, 8}, out[6];
	struct shot_view view = {.data = row,
		.width = 2,
		.height = 1,
		.stride = SIZE_MAX / 2,
		.format = SHOT_FORMAT_BGRX};
	shot_view_convert(&view, SHOT_FORMAT_RGB, out, SIZE_MAX / 2);
	static const uint8_t expected[] = {3, 2, 1, 7, 6, 5};
	assert_memory_equal(out, expected, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_keeps_to_the_definition),
		cmocka_unit_test(crops_convert_like_the_whole),
		cmocka_unit_test(large_pictures_convert_like_small_ones),
		cmocka_unit_test(gray_is_exact_for_every_color),
		cmocka_unit_test(takes_strides_beyond_an_int),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
