/* Measuring pictures that are wider than any screen, as a ring's item can be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "image/measure.h"

#define WIDTH 17000000 /* of which the sum of a channel does not fit 32 bits */

static void keep(struct shot_owner *owner)
{
	(void)owner;
}

static void the_mean_of_a_very_long_row_is_right(void **state)
{
	(void)state;
	struct shot_owner owner;
	shot_owner_init(&owner, keep);
	uint8_t *row = malloc((size_t)WIDTH * 4);
	assert_non_null(row);
	memset(row, 255, (size_t)WIDTH * 4);
	const struct shot_view view = {.data = row,
		.width = WIDTH,
		.height = 1,
		.stride = (size_t)WIDTH * 4,
		.format = SHOT_FORMAT_BGRX,
		.owner = &owner};
	double rgb[3];
	struct shot_error err;
	assert_true(shot_view_mean(&view, rgb, &err));
	for (int c = 0; c < 3; c++) {
		assert_true(rgb[c] == 255);
	}
	free(row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mean_of_a_very_long_row_is_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
