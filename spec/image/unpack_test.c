#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "image/unpack.h"
#include "support/picture.h"

static const int32_t sizes[][2] = {
	{1, 1}, {1, 9}, {2, 3}, {3, 4}, {31, 5}, {32, 5}, {33, 5}, {64, 2}, {65, 7}, {101, 13}};

#define SIZES (sizeof sizes / sizeof *sizes)

static uint32_t define_565(uint16_t value)
{
	uint32_t r = value >> 11, g = value >> 5 & 0x3f, b = value & 0x1f;
	uint32_t r8 = r << 3 | r >> 2, g8 = g << 2 | g >> 4, b8 = b << 3 | b >> 2;
	return r8 << 16 | g8 << 8 | b8;
}

static uint32_t define_x2rgb10(uint32_t value)
{
	uint32_t r = value >> 20 & 0x3ff, g = value >> 10 & 0x3ff, b = value & 0x3ff;
	return (r / 4) << 16 | (g / 4) << 8 | b / 4;
}

static size_t stride_565(int32_t width)
{
	return (2 * (size_t)width + 3) / 4 * 4;
}

static void check_565(const uint8_t *in, size_t in_stride, const uint8_t *out, size_t out_stride,
	int32_t width, int32_t height)
{
	for (int32_t y = 0; y < height; y++) {
		for (int32_t x = 0; x < width; x++) {
			uint16_t packed;
			uint32_t pixel;
			memcpy(&packed, in + (size_t)y * in_stride + 2 * (size_t)x, 2);
			memcpy(&pixel, out + (size_t)y * out_stride + 4 * (size_t)x, 4);
			assert_int_equal(pixel, define_565(packed));
		}
	}
}

static void full_stays_full(void **state)
{
	(void)state;
	static const uint16_t in[] = {0xffff, 0, 0xf800, 0x07e0, 0x001f};
	uint32_t out[5];
	shot_unpack_565((const uint8_t *)in, 12, (uint8_t *)out, 20, 5, 1);
	static const uint32_t expected[] = {0xffffff, 0, 0xff0000, 0x00ff00, 0x0000ff};
	assert_memory_equal(out, expected, sizeof out);
}

static void expands_every_16_bit_pixel(void **state)
{
	(void)state;
	uint16_t *in = malloc(65536 * 2);
	uint32_t *out = malloc(65536 * 4);
	for (int i = 0; i < 65536; i++) {
		in[i] = (uint16_t)i;
	}
	shot_unpack_565((uint8_t *)in, 65536 * 2, (uint8_t *)out, 65536 * 4, 65536, 1);
	for (int i = 0; i < 65536; i++) {
		assert_int_equal(out[i], define_565((uint16_t)i));
	}
	free(in);
	free(out);
}

static void expands_apart_and_writes_nothing_else(void **state)
{
	(void)state;
	uint32_t seed = 3;
	for (size_t i = 0; i < SIZES; i++) {
		int32_t width = sizes[i][0], height = sizes[i][1];
		size_t in_stride = stride_565(width), out_stride = 4 * (size_t)width + 8;
		size_t in_size = in_stride * (size_t)height, out_size = out_stride * (size_t)height;
		uint8_t *in = malloc(in_size), *out = malloc(out_size);
		fill_random(in, in_size, &seed);
		memset(out, GUARD_VALUE, out_size);
		shot_unpack_565(in, in_stride, out, out_stride, width, height);
		check_565(in, in_stride, out, out_stride, width, height);
		for (int32_t y = 0; y < height; y++) {
			for (size_t at = out_stride - 8; at < out_stride; at++) {
				assert_int_equal(out[(size_t)y * out_stride + at], GUARD_VALUE);
			}
		}
		free(in);
		free(out);
	}
}

static void expands_from_the_end_of_its_own_output(void **state)
{
	(void)state;
	uint32_t seed = 4;
	for (size_t i = 0; i < SIZES; i++) {
		int32_t width = sizes[i][0], height = sizes[i][1];
		size_t in_stride = stride_565(width), out_stride = 4 * (size_t)width;
		size_t in_size = in_stride * (size_t)height, out_size = out_stride * (size_t)height;
		uint8_t *in = malloc(in_size), *out = malloc(out_size);
		fill_random(in, in_size, &seed);
		memcpy(out + out_size - in_size, in, in_size);
		shot_unpack_565(
			out + out_size - in_size, in_stride, out, out_stride, width, height);
		check_565(in, in_stride, out, out_stride, width, height);
		free(in);
		free(out);
	}
}

static void reduces_30_bits_in_place(void **state)
{
	(void)state;
	uint32_t seed = 5;
	for (size_t i = 0; i < SIZES; i++) {
		int32_t width = sizes[i][0], height = sizes[i][1];
		size_t stride = 4 * (size_t)width + 4, size = stride * (size_t)height;
		uint8_t *in = malloc(size), *apart = malloc(size);
		fill_random(in, size, &seed);
		memset(apart, GUARD_VALUE, size);
		shot_unpack_x2rgb10(in, stride, apart, stride, width, height);
		for (int32_t y = 0; y < height; y++) {
			size_t row = (size_t)y * stride;
			for (int32_t x = 0; x < width; x++) {
				uint32_t packed, pixel;
				memcpy(&packed, in + row + 4 * (size_t)x, 4);
				memcpy(&pixel, apart + row + 4 * (size_t)x, 4);
				assert_int_equal(pixel, define_x2rgb10(packed));
			}
			assert_int_equal(apart[row + stride - 1], GUARD_VALUE);
		}
		shot_unpack_x2rgb10(in, stride, in, stride, width, height);
		for (int32_t y = 0; y < height; y++) {
			assert_memory_equal(in + (size_t)y * stride, apart + (size_t)y * stride,
				4 * (size_t)width);
		}
		free(in);
		free(apart);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_stays_full),
		cmocka_unit_test(expands_every_16_bit_pixel),
		cmocka_unit_test(expands_apart_and_writes_nothing_else),
		cmocka_unit_test(expands_from_the_end_of_its_own_output),
		cmocka_unit_test(reduces_30_bits_in_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
