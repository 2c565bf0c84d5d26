#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "wayland/library.h"
#include "wayland/upright.h"

#include <wayland-client-protocol.h>

/* The bytes of red 0x12, green 0x84, blue 0xff in each format, as its name gives them from the high
 * bits to the low. */
static void each_format_is_read(void **state)
{
	(void)state;
	static const struct {
		uint32_t format, size;
		uint8_t bytes[4];
		uint32_t expected;
	} cases[] = {
		{WL_SHM_FORMAT_XRGB8888, 4, {0xff, 0x84, 0x12, 0x00}, 0x1284ff},
		{WL_SHM_FORMAT_ARGB8888, 4, {0xff, 0x84, 0x12, 0xff}, 0x1284ff},
		{WL_SHM_FORMAT_XBGR8888, 4, {0x12, 0x84, 0xff, 0x00}, 0x1284ff},
		{WL_SHM_FORMAT_ABGR8888, 4, {0x12, 0x84, 0xff, 0xff}, 0x1284ff},
		/* Ten bits: 0x048, 0x210 and 0x3ff. */
		{WL_SHM_FORMAT_XRGB2101010, 4, {0xff, 0x43, 0x88, 0x04}, 0x1284ff},
		{WL_SHM_FORMAT_ARGB2101010, 4, {0xff, 0x43, 0x88, 0xc4}, 0x1284ff},
		{WL_SHM_FORMAT_XBGR2101010, 4, {0x48, 0x40, 0xf8, 0x3f}, 0x1284ff},
		{WL_SHM_FORMAT_ABGR2101010, 4, {0x48, 0x40, 0xf8, 0xff}, 0x1284ff},
		/* Five, six and five bits: 2, 33 and 31, whose high bits fill the low ones. */
		{WL_SHM_FORMAT_RGB565, 2, {0x3f, 0x14}, 0x1086ff},
		{WL_SHM_FORMAT_RGB888, 3, {0xff, 0x84, 0x12}, 0x1284ff},
		{WL_SHM_FORMAT_BGR888, 3, {0x12, 0x84, 0xff}, 0x1284ff},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t sent[8] = {0}, got[4] = {0};
		memcpy(sent + cases[i].size, cases[i].bytes, cases[i].size);
		const struct shot_wayland_pixels pixels = {.data = sent,
			.format = cases[i].format,
			.width = 2,
			.height = 1,
			.stride = 8};
		assert_int_equal(shot_wayland_bytes(cases[i].format), cases[i].size);
		shot_wayland_make_upright(&pixels, (struct shot_rect){1, 0, 1, 1}, got, 4);
		assert_int_equal(got[2] << 16 | got[1] << 8 | got[0], cases[i].expected);
		bool is_moved = cases[i].format == WL_SHM_FORMAT_XRGB8888 ||
				cases[i].format == WL_SHM_FORMAT_ARGB8888;
		assert_int_equal(got[3], is_moved ? cases[i].bytes[3] : 0xff);
	}
	assert_int_equal(shot_wayland_bytes(WL_SHM_FORMAT_YUV420), 0);
}

/* A picture of 2x3 pixels, "ab" above "cd" above "ef", as it is when the transform is undone. */
static void each_transform_is_undone(void **state)
{
	(void)state;
	static const struct {
		int32_t transform, width;
		const char *upright;
	} cases[] = {
		{WL_OUTPUT_TRANSFORM_NORMAL, 2, "abcdef"},
		{WL_OUTPUT_TRANSFORM_90, 3, "ecafdb"},
		{WL_OUTPUT_TRANSFORM_180, 2, "fedcba"},
		{WL_OUTPUT_TRANSFORM_270, 3, "bdface"},
		{WL_OUTPUT_TRANSFORM_FLIPPED, 2, "badcfe"},
		{WL_OUTPUT_TRANSFORM_FLIPPED_90, 3, "acebdf"},
		{WL_OUTPUT_TRANSFORM_FLIPPED_180, 2, "efcdab"},
		{WL_OUTPUT_TRANSFORM_FLIPPED_270, 3, "fdbeca"},
	};
	uint8_t sent[24] = {0}, got[24];
	for (size_t i = 0; i < 6; i++) {
		sent[4 * i] = sent[4 * i + 3] = (uint8_t) "abcdef"[i];
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct shot_wayland_pixels pixels = {.data = sent,
			.format = WL_SHM_FORMAT_XRGB8888,
			.width = 2,
			.height = 3,
			.stride = 8,
			.transform = cases[i].transform};
		int32_t width = cases[i].width;
		memset(got, 0, sizeof got);
		shot_wayland_make_upright(&pixels, (struct shot_rect){0, 0, width, 6 / width}, got,
			(size_t)width * 4);
		for (size_t j = 0; j < 6; j++) {
			assert_int_equal(got[4 * j], cases[i].upright[j]);
			assert_int_equal(got[4 * j + 3], cases[i].upright[j]);
		}
	}
	struct shot_wayland_pixels pixels = {.data = sent,
		.format = WL_SHM_FORMAT_XRGB8888,
		.width = 2,
		.height = 3,
		.stride = 8,
		.is_inverted = true};
	shot_wayland_make_upright(&pixels, (struct shot_rect){0, 0, 2, 1}, got, 8);
	assert_int_equal(got[0], 'e');
	assert_int_equal(got[4], 'f');
	assert_int_equal(shot_wayland_transform(7), WL_OUTPUT_TRANSFORM_FLIPPED_270);
	assert_int_equal(shot_wayland_transform(8), WL_OUTPUT_TRANSFORM_NORMAL);
}

static void the_format_that_costs_less_is_known(void **state)
{
	(void)state;
	assert_true(shot_wayland_is_cheaper(WL_SHM_FORMAT_XRGB8888, WL_SHM_FORMAT_RGB565));
	assert_false(shot_wayland_is_cheaper(WL_SHM_FORMAT_RGB565, WL_SHM_FORMAT_XRGB8888));
	assert_true(shot_wayland_is_cheaper(WL_SHM_FORMAT_RGB565, WL_SHM_FORMAT_YUV420));
	assert_false(shot_wayland_is_cheaper(WL_SHM_FORMAT_YUV420, WL_SHM_FORMAT_RGB565));
	assert_false(shot_wayland_is_cheaper(WL_SHM_FORMAT_RGB565, WL_SHM_FORMAT_RGB565));
	assert_true(shot_wayland_has_alpha(WL_SHM_FORMAT_ARGB8888));
	assert_true(shot_wayland_has_alpha(WL_SHM_FORMAT_ABGR8888));
	assert_false(shot_wayland_has_alpha(WL_SHM_FORMAT_XBGR8888));
	assert_false(shot_wayland_has_alpha(WL_SHM_FORMAT_XRGB8888));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_is_read),
		cmocka_unit_test(each_transform_is_undone),
		cmocka_unit_test(the_format_that_costs_less_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
