/* What find.c looks for, prepared; and the matches that it collects. For find_bound.c,
 * find_exact.c and find_near.c. */
#ifndef SHOT_SEARCH_PATTERN_H
#define SHOT_SEARCH_PATTERN_H

#include "search/find.h"

struct shot_pattern {
	int32_t width, height;
	int64_t count;	  /* pixels that count */
	uint32_t *pixels; /* packed; 0 where the mask is black */
	uint32_t *keep;	  /* ANDed to a pixel of the picture: SHOT_COLOR_MASK, or 0 */
};

struct shot_found {
	int32_t x, y;
	int64_t difference; /* the sum over all channels */
};

struct shot_matches {
	struct shot_found *list;
	size_t count, capacity;
};

/* ENOMEM; the list is then as it was. */
bool shot_matches_add(
	struct shot_matches *matches, struct shot_found found, struct shot_error *err);

/* Its rows, those with much in them first, as they tell places apart sooner than flat ones: a list
 * on the heap, the caller's to free. NULL for ENOMEM. */
int32_t *shot_pattern_order(const struct shot_pattern *pattern, struct shot_error *err);

/* Where nothing differs: the first place, or all in reading order, without those that overlap an
 * earlier one. `view` is bgrx and no smaller than the pattern. */
bool shot_find_exact(const struct shot_view *view, const struct shot_pattern *pattern, bool all,
	struct shot_matches *out, struct shot_error *err);

/* Where the differences of more than `tolerance` sum up to `budget` or less: the first of the best
 * places, or every one. */
bool shot_find_near(const struct shot_view *view, const struct shot_pattern *pattern, int tolerance,
	int64_t budget, bool all, struct shot_matches *out, struct shot_error *err);

#endif
