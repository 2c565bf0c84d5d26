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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_larger_than_an_image_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
