/* A small picture in a larger one, where it may have another size. */
#ifndef SHOT_SEARCH_FIND_SCALED_H
#define SHOT_SEARCH_FIND_SCALED_H

#include "search/find.h"

struct shot_scaled_match {
	struct shot_match match;
	int32_t width, height;
	size_t scale; /* which of them */
};

/* Find `wanted` in the sizes that each of `scales` (more than 0) gives it, rounded and at least 1:
 * by the mean of areas where it becomes smaller, between pixels where larger; a mask to the nearest
 * pixel. As for shot_find: the best match of all scales, the first of these when several are as
 * good; or all, the best first, of which none overlaps a better one, of whatever scale. Scales that
 * make it larger than `view` give none; EGEOMETRY when all do. Without a mask, what is not opaque
 * of a picture that has alpha matches anything, unless nothing is. */
bool shot_find_scaled(const struct shot_view *view, const struct shot_view *wanted,
	const struct shot_find_options *options, const double *scales, size_t scale_count,
	struct shot_scaled_match **out, size_t *count, struct shot_error *err);

#endif
