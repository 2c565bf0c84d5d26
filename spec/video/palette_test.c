/* Colors of a palette, each found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "video/palette.h"

#define BLACK UINT32_C(0xff000000)

enum { PAIRS = SHOT_PALETTE_COLORS / 2 };

static struct shot_palette palette;

/* Where the palette's cache keeps a color. */
static uint32_t key_of(uint32_t color)
{
	return (color * UINT32_C(2654435761)) >> 17;
}

/* Pairs of colors that have one place in the cache. */
static struct shot_view pairs(void)
{
	struct shot_view view;
	struct shot_error err;
	assert_true(shot_image_create(&view, 2, PAIRS, SHOT_FORMAT_BGRX, &err));
	for (int32_t y = 0; y < PAIRS; y++) {
		uint32_t one = BLACK + (uint32_t)y * 30011, other = one + 1;
		while (key_of(other) != key_of(one)) {
			other++;
		}
		memcpy(shot_view_row(&view, y), &one, 4);
		memcpy(shot_view_row(&view, y) + 4, &other, 4);
	}
	return view;
}

static void has_every_color_of_a_picture_with_few(void **state)
{
	(void)state;
	struct shot_view view = pairs();
	const struct shot_rect all = {0, 0, 2, PAIRS};
	struct shot_error err;
	uint8_t numbers[2 * PAIRS] = {0};
	palette.count = 0;
	assert_false(shot_palette_fits(&palette, &view, all)); /* it has none */
	assert_true(shot_palette_choose(&palette, &view, &err));
	assert_true(shot_palette_fits(&palette, &view, all));
	assert_true(shot_palette_map(&palette, &view, all, numbers, 2));
	assert_false(shot_palette_map(&palette, &view, all, numbers, 2));
	for (int32_t y = 0; y < PAIRS; y++) {
		for (int32_t x = 0; x < 2; x++) {
			uint32_t color;
			memcpy(&color, shot_view_row(&view, y) + 4 * x, 4);
			assert_int_equal(palette.colors[numbers[2 * y + x]], color);
		}
	}
	shot_view_unref(&view);
}

static void does_not_fit_other_colors(void **state)
{
	(void)state;
	struct shot_view view;
	struct shot_error err;
	const struct shot_rect all = {0, 0, 16, 16}, part = {4, 4, 8, 8};
	assert_true(shot_image_create(&view, 16, 16, SHOT_FORMAT_BGRX, &err));
	memset(view.data, 0x40, view.stride * 16);
	palette.count = 0;
	assert_true(shot_palette_choose(&palette, &view, &err));
	assert_int_equal(palette.count, 1);
	assert_true(shot_palette_fits(&palette, &view, all));
	for (int32_t y = 4; y < 12; y++) {
		memset(shot_view_row(&view, y) + 16, 0xc0, 32);
	}
	assert_false(shot_palette_fits(&palette, &view, part));
	assert_true(shot_palette_fits(&palette, &view, (struct shot_rect){0, 0, 16, 4}));
	shot_view_unref(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_every_color_of_a_picture_with_few),
		cmocka_unit_test(does_not_fit_other_colors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
