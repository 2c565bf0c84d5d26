/* A small picture in a larger one. */
#ifndef SHOT_SEARCH_FIND_H
#define SHOT_SEARCH_FIND_H

#include "image/view.h"

struct shot_find_options {
	int tolerance;	  /* a channel that differs by no more counts as equal; 0 to 255 */
	double min_score; /* 0 to 1 */
	bool all;
	const struct shot_view
		*mask; /* as large as `wanted`, or NULL: black pixels match anything */
};

/* The score is 1 less the mean difference of the channels, 255 counting as 1. */
struct shot_match {
	int32_t x, y;
	double score;
};

/* Find `wanted` with a score of at least min_score: the best match, and of equals the first in
 * reading order; or all matches, the best first, without those that overlap a better one. A list on
 * the heap, the caller's to free, NULL for none. EGEOMETRY when the mask has another size or is all
 * black, ENOMEM. */
bool shot_find(const struct shot_view *view, const struct shot_view *wanted,
	const struct shot_find_options *options, struct shot_match **out, size_t *count,
	struct shot_error *err);

/* EGEOMETRY unless `mask` (NULL is allowed) has the size of `wanted` and a pixel that is not black.
 * */
bool shot_find_check_mask(
	const struct shot_view *wanted, const struct shot_view *mask, struct shot_error *err);

/* Whether no channel of any pixel is more than 0. */
bool shot_view_is_black(const struct shot_view *view);

#endif
