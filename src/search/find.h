/* A small picture in a larger one. */
#ifndef SHOT_SEARCH_FIND_H
#define SHOT_SEARCH_FIND_H

#include "image/view.h"

struct shot_find_options {
	int tolerance;	  /* a channel that differs by no more counts as equal; 0 to 255 */
	double min_score; /* 0 to 1 */
	bool all;
	const struct shot_view *mask; /* as large as what is searched, or NULL: where it is black,
					 anything goes */
};

/* The score is 1 less the mean of what the channels differ, 255 counting as 1. */
struct shot_match {
	int32_t x, y;
	double score;
};

/* Find `wanted`, whose score is at least min_score: the best match, the first in reading order of
 * several; or all, the best first, of which none overlaps a better one. A list on the heap, the
 * caller's to free, NULL for none. EGEOMETRY when the mask has another size or is all black,
 * ENOMEM. */
bool shot_find(const struct shot_view *view, const struct shot_view *wanted,
	const struct shot_find_options *options, struct shot_match **out, size_t *count,
	struct shot_error *err);

/* EGEOMETRY unless `mask` (NULL is allowed) has the size of `wanted` and leaves something of it. */
bool shot_find_check_mask(
	const struct shot_view *wanted, const struct shot_view *mask, struct shot_error *err);

/* Whether no channel of any pixel is more than 0. */
bool shot_is_black(const struct shot_view *view);

#endif
