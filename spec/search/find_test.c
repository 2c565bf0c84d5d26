/* Finding at the edges of what is allowed; the specs compare with other implementations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "support/picture.h"
#include "search/find_color.h"
#include "search/find_scaled.h"

static const double scales[] = {0.5, 1, 2, 1};
static const size_t scale_count = sizeof scales / sizeof *scales;

/* Views end with their last pixel and a sanitizer watches: no variant may read on. */
static void every_place_is_looked_at_and_no_other(void **state)
{
	(void)state;
	uint32_t seed = 5;
	struct shot_error err;
	for (int round = 0; round < 200; round++) {
		int32_t width = 1 + (int32_t)(next_random(&seed) % 70);
		int32_t height = 1 + (int32_t)(next_random(&seed) % 20);
		struct shot_view view = make_view(width, height, SHOT_FORMAT_BGRX,
			next_random(&seed) % 7, next_random(&seed) % 9, &seed);
		struct shot_rect rect = {
			.width = 1 + (int32_t)(next_random(&seed) % (uint32_t)width),
			.height = 1 + (int32_t)(next_random(&seed) % (uint32_t)height)};
		/* The last place in every other round. */
		rect.x = round % 2 ? width - rect.width : 0;
		rect.y = round % 2 ? height - rect.height : 0;
		struct shot_view wanted;
		assert_true(shot_view_crop(&view, rect, &wanted, &err));
		struct shot_find_options options = {
			.tolerance = round % 3, .min_score = round % 5 ? 1 : 0.99};
		struct shot_match *found;
		size_t count;
		assert_true(shot_find(&view, &wanted, &options, &found, &count, &err));
		assert_int_equal(count, 1);
		assert_true(found->score == 1);
		if (rect.width * rect.height > 2) {
			assert_int_equal(found->x, rect.x);
			assert_int_equal(found->y, rect.y);
		}
		free(found);
		shot_view_unref(&wanted);
		shot_view_unref(&view);
	}
}

static void of_equal_scales_the_first_counts(void **state)
{
	(void)state;
	uint32_t seed = 6;
	struct shot_error err;
	struct shot_view view = make_view(40, 30, SHOT_FORMAT_RGB, 0, 0, &seed), wanted;
	assert_true(shot_view_crop(&view, (struct shot_rect){7, 9, 8, 6}, &wanted, &err));
	for (int all = 0; all < 2; all++) {
		const struct shot_find_options options = {.min_score = 1, .all = all};
		struct shot_scaled_match *found;
		size_t count;
		assert_true(shot_find_scaled(
			&view, &wanted, &options, scales, scale_count, &found, &count, &err));
		assert_int_equal(count, 1);
		assert_int_equal(found->scale, 1);
		assert_int_equal(found->match.x, 7);
		assert_int_equal(found->match.y, 9);
		assert_int_equal(found->width, 8);
		free(found);
	}
	shot_view_unref(&wanted);
	shot_view_unref(&view);
}

static void nothing_is_found_in_what_is_smaller(void **state)
{
	(void)state;
	uint32_t seed = 7;
	struct shot_error err;
	struct shot_view view = make_view(4, 4, SHOT_FORMAT_BGRX, 0, 0, &seed);
	struct shot_view wanted = make_view(5, 1, SHOT_FORMAT_BGRX, 0, 0, &seed);
	const struct shot_find_options options = {.all = true};
	const double large[] = {1, 1e9};
	struct shot_scaled_match *found;
	size_t count;
	assert_false(shot_find_scaled(&view, &wanted, &options, large, 2, &found, &count, &err));
	assert_string_equal(err.code, "EGEOMETRY");
	assert_null(found);
	assert_int_equal(count, 0);
	shot_view_unref(&wanted);
	shot_view_unref(&view);
}

/* Every pixel an area of its own: the most labels that there can be. */
static void areas_are_many(void **state)
{
	(void)state;
	uint32_t seed = 8;
	struct shot_error err;
	struct shot_view view = make_view(101, 51, SHOT_FORMAT_GRAY, 3, 5, &seed);
	for (int32_t y = 0; y < view.height; y++) {
		for (int32_t x = 0; x < view.width; x++) {
			shot_view_row(&view, y)[x] = x % 2 == 0 && y % 2 == 0 ? 255 : 0;
		}
	}
	struct shot_area *areas;
	size_t count;
	struct shot_color white = {{255, 255, 255}, 0};
	assert_true(shot_find_color(&view, &white, 1, &areas, &count, &err));
	assert_int_equal(count, 51 * 26);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(areas[i].pixels, 1);
		assert_int_equal(areas[i].x, (int32_t)(i % 51) * 2);
	}
	free(areas);
	struct shot_color black = {{0, 0, 0}, 0};
	assert_true(shot_find_color(&view, &black, 1, &areas, &count, &err));
	assert_int_equal(count, 1);
	assert_int_equal(areas->pixels, 101 * 51 - 51 * 26);
	free(areas);
	shot_view_unref(&view);
}

/* Large enough for several threads; a search for all matches has one. Of few colors, so that many
 * places are equal. */
static void threads_agree_on_the_first_of_the_best(void **state)
{
	(void)state;
	uint32_t seed = 9;
	struct shot_error err;
	for (int round = 0; round < 24; round++) {
		struct shot_view view = make_view(640, 640, SHOT_FORMAT_BGRX, 0, 0, &seed);
		for (size_t i = 0; i < view.stride * (size_t)view.height; i++) {
			view.data[i] = view.data[i] % 3 ? 100 : 100 + 7 * (uint8_t)(round % 4);
		}
		struct shot_view wanted = make_view(3, 3, SHOT_FORMAT_BGRX, 0, 0, &seed);
		for (size_t i = 0; i < wanted.stride * 3; i++) {
			wanted.data[i] = wanted.data[i] % 2 ? 98 : 120;
		}
		struct shot_find_options options = {
			.tolerance = round % 3 * 9, .min_score = 1 - round % 6 / 50.0};
		struct shot_match *first, *all;
		size_t first_count, all_count;
		assert_true(shot_find(&view, &wanted, &options, &first, &first_count, &err));
		options.all = true;
		assert_true(shot_find(&view, &wanted, &options, &all, &all_count, &err));
		assert_int_equal(first_count, all_count > 0);
		if (first_count) {
			assert_int_equal(first->x, all->x);
			assert_int_equal(first->y, all->y);
			assert_true(first->score == all->score);
		}
		free(first);
		free(all);
		shot_view_unref(&wanted);
		shot_view_unref(&view);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place_is_looked_at_and_no_other),
		cmocka_unit_test(of_equal_scales_the_first_counts),
		cmocka_unit_test(nothing_is_found_in_what_is_smaller),
		cmocka_unit_test(areas_are_many),
		cmocka_unit_test(threads_agree_on_the_first_of_the_best),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
