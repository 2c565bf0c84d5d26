/* Differences of places one by one, and of four together, beside a plain loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "support/picture.h"
#include "search/difference.h"

enum { WIDEST = 50, HIGHEST = 9 };

struct search {
	struct shot_view view;
	struct shot_pattern pattern;
	int tolerance;
	uint32_t pixels[WIDEST * HIGHEST], keep[WIDEST * HIGHEST];
	int32_t order[HIGHEST];
};

/* A picture with room for four places at least, and a pattern, of which some pixels do not count in
 * every third round. */
static void make_search(struct search *search, int round, uint32_t *seed)
{
	int32_t width = 1 + (int32_t)(next_random(seed) % WIDEST);
	int32_t height = 1 + (int32_t)(next_random(seed) % HIGHEST);
	*search = (struct search){.tolerance = (round % 4) * 25};
	search->view = make_view(width + 3 + (int32_t)(next_random(seed) % 5),
		height + (int32_t)(next_random(seed) % 3), SHOT_FORMAT_BGRX, next_random(seed) % 7,
		next_random(seed) % 9, seed);
	search->pattern = (struct shot_pattern){
		.width = width, .height = height, .pixels = search->pixels, .keep = search->keep};
	for (int32_t i = 0; i < width * height; i++) {
		bool counts = round % 3 != 0 || next_random(seed) % 2;
		search->keep[i] = counts ? 0xffffff : 0;
		search->pixels[i] = next_random(seed) & search->keep[i];
		search->pattern.count += counts;
	}
	for (int32_t i = 0; i < height; i++) {
		search->order[i] = height - 1 - i;
	}
}

static int64_t differ_plainly(const struct search *search, int32_t x, int32_t y)
{
	const struct shot_pattern *pattern = &search->pattern;
	int64_t sum = 0;
	for (int32_t i = 0; i < pattern->width * pattern->height; i++) {
		const uint8_t *pixel = shot_view_row(&search->view, y + i / pattern->width) +
				       4 * (size_t)(x + i % pattern->width);
		for (int channel = 0; channel < 3; channel++) {
			int wanted = pattern->pixels[i] >> (8 * channel) & 255;
			int difference = abs(pixel[channel] - wanted);
			if (pattern->keep[i] && difference > search->tolerance) {
				sum += difference;
			}
		}
	}
	return sum;
}

/* Exact up to the budget; beyond it any number beyond it. */
static void assert_difference(int64_t difference, int64_t exact, int64_t budget)
{
	if (exact <= budget) {
		assert_int_equal(difference, exact);
	} else {
		assert_true(difference > budget);
		assert_true(difference <= exact);
	}
}

/* The order is still one of all rows. */
static void assert_order(const struct search *search)
{
	unsigned seen = 0;
	for (int32_t i = 0; i < search->pattern.height; i++) {
		seen |= 1U << search->order[i];
	}
	assert_int_equal(seen, (1U << search->pattern.height) - 1);
}

static void the_difference_is_that_of_a_plain_loop(void **state)
{
	(void)state;
	uint32_t seed = 7;
	struct shot_error err;
	for (int round = 0; round < 600; round++) {
		struct search search;
		struct shot_difference difference;
		int64_t four[4];
		make_search(&search, round, &seed);
		assert_true(shot_difference_init(
			&difference, &search.view, &search.pattern, search.tolerance, &err));
		int32_t x = (int32_t)(next_random(&seed) %
				      (uint32_t)(search.view.width - search.pattern.width - 2));
		int32_t y = (int32_t)(next_random(&seed) %
				      (uint32_t)(search.view.height - search.pattern.height + 1));
		const int64_t budgets[] = {INT64_MAX, 0, differ_plainly(&search, x + round % 4, y)};
		for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
			shot_difference_at_four(&difference, search.order, x, y, budgets[i], four);
			assert_order(&search);
			for (int place = 0; place < 4; place++) {
				int64_t exact = differ_plainly(&search, x + place, y);
				assert_difference(four[place], exact, budgets[i]);
				assert_difference(shot_difference_at(&difference, search.order,
							  x + place, y, budgets[i]),
					exact, budgets[i]);
			}
			assert_order(&search);
		}
		shot_difference_finish(&difference);
		shot_view_unref(&search.view);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_difference_is_that_of_a_plain_loop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
