#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image/image.h"
#include "support/picture.h"

static void formats_have_names_and_sizes(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum shot_format format;
		unsigned bytes;
	} rows[] = {
		{"bgrx", SHOT_FORMAT_BGRX, 4},
		{"bgr", SHOT_FORMAT_BGR, 3},
		{"rgb", SHOT_FORMAT_RGB, 3},
		{"rgba", SHOT_FORMAT_RGBA, 4},
		{"gray", SHOT_FORMAT_GRAY, 1},
	};
	assert_int_equal(sizeof rows / sizeof *rows, SHOT_FORMAT_COUNT);
	for (size_t i = 0; i < SHOT_FORMAT_COUNT; i++) {
		assert_string_equal(shot_format_name(rows[i].format), rows[i].name);
		assert_int_equal(shot_format_bytes(rows[i].format), rows[i].bytes);
	}
}

static void crops_without_copying(void **state)
{
	(void)state;
	uint32_t seed = 1;
	struct shot_error err;
	struct shot_view view = make_view(20, 10, SHOT_FORMAT_RGB, 3, 5, &seed), crop, inner;
	assert_true(shot_view_crop(&view, (struct shot_rect){4, 2, 16, 8}, &crop, &err));
	assert_ptr_equal(crop.data, view.data + 2 * view.stride + 12);
	assert_int_equal(crop.stride, view.stride);
	assert_true(shot_view_crop(&crop, (struct shot_rect){15, 7, 1, 1}, &inner, &err));
	uint8_t of_whole[3], of_inner[3];
	shot_view_pixel(&view, 19, 9, of_whole);
	/* The memory lives as long as any view of it. */
	shot_view_unref(&view);
	assert_null(view.data);
	shot_view_unref(&crop);
	shot_view_pixel(&inner, 0, 0, of_inner);
	assert_memory_equal(of_whole, of_inner, 3);
	assert_true(shot_owner_is_idle(inner.owner));
	shot_view_unref(&inner);
	shot_view_unref(&inner);
}

static void refuses_crops_that_leave(void **state)
{
	(void)state;
	uint32_t seed = 1;
	struct shot_error err;
	struct shot_view view = make_view(20, 10, SHOT_FORMAT_BGRX, 0, 0, &seed), crop;
	static const struct shot_rect wrong[] = {{0, 0, 21, 1}, {0, 0, 1, 11}, {-1, 0, 2, 2},
		{20, 0, 1, 1}, {0, 0, 0, 5}, {0, 0, 5, -1}, {1, 1, INT32_MAX, INT32_MAX}};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(shot_view_crop(&view, wrong[i], &crop, &err));
		assert_string_equal(err.code, "EGEOMETRY");
	}
	assert_false(shot_view_crop(&view, wrong[0], &crop, &err));
	assert_string_equal(err.message, "crop 0,0 21x1 leaves the 20x10 picture");
	assert_true(shot_owner_is_idle(view.owner));
	shot_view_unref(&view);
}

static void reads_a_pixel_of_every_format(void **state)
{
	(void)state;
	uint8_t bytes[] = {10, 20, 30, 40, 50, 60, 70, 80};
	static const uint8_t expected[SHOT_FORMAT_COUNT][3] = {
		[SHOT_FORMAT_BGRX] = {70, 60, 50},
		[SHOT_FORMAT_BGR] = {60, 50, 40},
		[SHOT_FORMAT_RGB] = {40, 50, 60},
		[SHOT_FORMAT_RGBA] = {50, 60, 70},
		[SHOT_FORMAT_GRAY] = {20, 20, 20},
	};
	for (int format = 0; format < SHOT_FORMAT_COUNT; format++) {
		struct shot_view view = {
			.data = bytes, .width = 2, .height = 1, .format = (enum shot_format)format};
		uint8_t rgb[3];
		shot_view_pixel(&view, 1, 0, rgb);
		assert_memory_equal(rgb, expected[format], 3);
		assert_int_equal(shot_view_packed_size(&view, view.format),
			2 * shot_format_bytes(view.format));
	}
}

static void images_are_packed_and_aligned(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_view view;
	assert_true(shot_image_create(&view, 7, 3, SHOT_FORMAT_BGR, &err));
	assert_int_equal((uintptr_t)view.data % 64, 0);
	assert_int_equal(view.stride, 21);
	assert_int_equal(view.width, 7);
	assert_int_equal(view.height, 3);
	memset(view.data, 1, 63);
	assert_true(shot_owner_is_idle(view.owner));
	shot_view_unref(&view);
}

static void refuses_images_of_no_sane_size(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_view view;
	static const int32_t wrong[][2] = {
		{0, 1}, {1, 0}, {-1, 5}, {INT32_MAX, 1}, {1, (1 << 20) + 1}};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(
			shot_image_create(&view, wrong[i][0], wrong[i][1], SHOT_FORMAT_GRAY, &err));
		assert_string_equal(err.code, "EGEOMETRY");
	}
	assert_false(shot_image_create(&view, 1 << 20, 1 << 20, SHOT_FORMAT_BGRX, &err));
	assert_string_equal(err.code, "ENOMEM");
}

static void copies_are_independent(void **state)
{
	(void)state;
	uint32_t seed = 5;
	struct shot_error err;
	struct shot_view view = make_view(9, 4, SHOT_FORMAT_RGBA, 1, 3, &seed), copy;
	uint8_t before[3], after[3];
	shot_view_pixel(&view, 8, 3, before);
	assert_true(shot_image_copy(&view, SHOT_FORMAT_BGR, &copy, &err));
	shot_view_unref(&view);
	shot_view_pixel(&copy, 8, 3, after);
	assert_memory_equal(before, after, 3);
	shot_view_unref(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_have_names_and_sizes),
		cmocka_unit_test(crops_without_copying),
		cmocka_unit_test(refuses_crops_that_leave),
		cmocka_unit_test(reads_a_pixel_of_every_format),
		cmocka_unit_test(images_are_packed_and_aligned),
		cmocka_unit_test(refuses_images_of_no_sane_size),
		cmocka_unit_test(copies_are_independent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
