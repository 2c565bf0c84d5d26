#include "search/find_near.h"

#include <stdlib.h>

#include "image/vector.h"
#include "search/find_bound.h"

#define PIECE 64 /* places whose bounds are tested together */
#define GENEROUS \
	30 /* how much a pixel may differ for the most promising places to be worth a search */

struct search {
	const struct shot_view *view;
	const struct shot_pattern *pattern;
	int tolerance;
	int64_t budget;
	bool all;
	struct shot_matches *out;
	struct shot_free_places
		free; /* if all matches are wanted: the places that no perfect match overlaps */
	int32_t places, rows; /* places of the pattern in a row, and the number of rows */

	int32_t *order; /* the pattern's rows, the most distinctive first */
	struct shot_bounds bounds;
};

SHOT_VECTORIZED static uint32_t lowest(const uint32_t *bounds, int32_t count)
{
	uint32_t least = UINT32_MAX;
	for (int32_t i = 0; i < count; i++) {
		least = bounds[i] < least ? bounds[i] : least;
	}
	return least;
}

/* The sum of differences of a row: `count` bytes. */
SHOT_VECTORIZED static uint32_t difference_all(
	const uint8_t *row, const uint8_t *pixels, const uint8_t *keep, int32_t count)
{
	uint32_t sum = 0;
	for (int32_t i = 0; i < count; i++) {
		sum += (uint32_t)abs((row[i] & keep[i]) - pixels[i]);
	}
	return sum;
}

SHOT_VECTORIZED static uint32_t difference_above(const uint8_t *row, const uint8_t *pixels,
	const uint8_t *keep, int32_t count, uint8_t tolerance)
{
	uint32_t sum = 0;
	for (int32_t i = 0; i < count; i++) {
		uint8_t value = row[i] & keep[i], wanted = pixels[i];
		uint8_t difference =
			value > wanted ? (uint8_t)(value - wanted) : (uint8_t)(wanted - value);
		sum += difference > tolerance ? difference : 0;
	}
	return sum;
}

/* The difference at a place; stops as soon as it exceeds the budget. */
static int64_t difference_at(const struct search *search, int32_t x, int32_t y)
{
	const struct shot_pattern *pattern = search->pattern;
	int64_t sum = 0;
	for (int32_t i = 0; i < pattern->height && sum <= search->budget; i++) {
		int32_t row = search->order[i];
		size_t at = (size_t)row * (size_t)pattern->width;
		const uint8_t *pixels = (const uint8_t *)(pattern->pixels + at);
		const uint8_t *keep = (const uint8_t *)(pattern->keep + at);
		const uint8_t *in = shot_view_row(search->view, y + row) + 4 * (size_t)x;
		sum += search->tolerance ? difference_above(in, pixels, keep, 4 * pattern->width,
						   (uint8_t)search->tolerance)
					 : difference_all(in, pixels, keep, 4 * pattern->width);
	}
	return sum;
}

static bool look_closely(
	struct search *search, int32_t x, int32_t count, int32_t y, struct shot_error *err)
{
	for (int32_t end = x + count; x < end; x++) {
		if (search->bounds.list[x] > search->budget ||
			(search->all && !shot_free_places_is_free(&search->free, x, y))) {
			continue;
		}
		int64_t difference = difference_at(search, x, y);
		if (difference > search->budget) {
			continue;
		}
		if (!search->all) {
			search->out->count = 0;
			search->budget =
				difference - 1; /* only a better match counts from now on */
		} else if (difference == 0) {
			shot_free_places_take(&search->free, x, y); /* no match is better */
		}
		if (!shot_matches_add(search->out, (struct shot_found){x, y, difference}, err)) {
			return false;
		}
	}
	return true;
}

static int32_t piece_at(const struct search *search, int32_t x)
{
	return search->places - x < PIECE ? search->places - x : PIECE;
}

/* If one match is wanted and the tolerance is large: tests the most promising place of each piece
 * first, so that the others are rejected sooner. */
static void lower_budget(struct search *search)
{
	shot_bounds_rewind(&search->bounds);
	for (int32_t y = 0; y < search->rows; y++) {
		shot_bounds_make(&search->bounds, y);
		for (int32_t x = 0; x < search->places; x += PIECE) {
			uint32_t bound = lowest(search->bounds.list + x, piece_at(search, x));
			int32_t place = x;
			if (bound >= search->budget) {
				continue;
			}
			while (search->bounds.list[place] != bound) {
				place++;
			}
			int64_t difference = difference_at(search, place, y);
			search->budget = difference < search->budget ? difference : search->budget;
		}
	}
}

static bool scan(struct search *search, struct shot_error *err)
{
	shot_bounds_rewind(&search->bounds);
	for (int32_t y = 0; y < search->rows; y++) {
		shot_bounds_make(&search->bounds, y);
		for (int32_t x = 0; x < search->places; x += PIECE) {
			int32_t count = piece_at(search, x);
			if (lowest(search->bounds.list + x, count) <= search->budget &&
				!look_closely(search, x, count, y, err)) {
				return false;
			}
			if (search->budget < 0) {
				return true;
			}
		}
	}
	return true;
}

bool shot_find_near(const struct shot_view *view, const struct shot_pattern *pattern, int tolerance,
	int64_t budget, bool all, struct shot_matches *out, struct shot_error *err)
{
	struct search search = {.view = view,
		.pattern = pattern,
		.tolerance = tolerance,
		.budget = budget,
		.all = all,
		.out = out,
		.places = view->width - pattern->width + 1,
		.rows = view->height - pattern->height + 1};
	search.order = shot_pattern_order(pattern, err);
	bool ok = shot_bounds_init(&search.bounds, view, pattern, tolerance, err) && search.order &&
		  (!all || shot_free_places_init(&search.free, view, pattern, err));
	if (ok && !all && budget > pattern->count * GENEROUS) {
		lower_budget(&search);
	}
	ok = ok && scan(&search, err);
	free(search.order);
	shot_bounds_finish(&search.bounds);
	shot_free_places_finish(&search.free);
	return ok;
}
