/* Scaling at the edges of what is allowed; the specs compare with other implementations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image/image.h"
#include "image/scale.h"

static void keep(struct shot_owner *owner)
{
	(void)owner;
}

/* A ring's item can be larger than images are; sums of its rows would not fit. */
static void what_is_larger_than_an_image_is_refused(void **state)
{
	(void)state;
	struct shot_owner owner;
	shot_owner_init(&owner, keep);
	uint8_t pixel[4] = {255, 255, 255, 255};
	struct shot_view view = {.data = pixel,
		.width = 1,
		.height = SHOT_LONGEST_SIDE + 1, /* all rows are the same one */
		.format = SHOT_FORMAT_BGRX,
		.owner = &owner};
	struct shot_view out;
	struct shot_error err;
	assert_false(shot_view_scale(&view, 1, 1, SHOT_FILTER_BOX, &out, &err));
	assert_string_equal(err.code, "EGEOMETRY");
	view.height = SHOT_LONGEST_SIDE;
	assert_true(shot_view_scale(&view, 1, 1, SHOT_FILTER_BOX, &out, &err));
	assert_int_equal(out.data[0], 255);
	shot_view_unref(&out);
}

/* Threads share a picture of that size; each output pixel is the rounded mean of what it covers,
 * also where one's rows end. */
static void all_rows_of_a_large_picture_are_scaled(void **state)
{
	(void)state;
	enum { SIDE = 2048, TIMES = 4, SMALL = SIDE / TIMES };
	struct shot_view view, out;
	struct shot_error err;
	assert_true(shot_image_create(&view, SIDE, SIDE, SHOT_FORMAT_BGRX, &err));
	for (int y = 0; y < SIDE; y++) {
		uint8_t *row = shot_view_row(&view, y);
		for (int i = 0; i < 4 * SIDE; i++) {
			row[i] = (uint8_t)(i * 7 + y * 13 + i * y % 11);
		}
	}
	assert_true(shot_view_scale(&view, SMALL, SMALL, SHOT_FILTER_BOX, &out, &err));
	for (int y = 0; y < SMALL; y++) {
		for (int i = 0; i < 4 * SMALL; i++) {
			unsigned sum = TIMES * TIMES / 2;
			for (int k = 0; k < TIMES * TIMES; k++) {
				int x = 4 * (i / 4 * TIMES + k % TIMES) + i % 4;
				sum += shot_view_row(&view, y * TIMES + k / TIMES)[x];
			}
			assert_int_equal(shot_view_row(&out, y)[i], sum / (TIMES * TIMES));
		}
	}
	shot_view_unref(&out);
	shot_view_unref(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_larger_than_an_image_is_refused),
		cmocka_unit_test(all_rows_of_a_large_picture_are_scaled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
