/* Finds a small picture in a larger one, at several sizes. */
#ifndef SHOT_SEARCH_FIND_SCALED_H
#define SHOT_SEARCH_FIND_SCALED_H

#include "search/find.h"

struct shot_scaled_match {
	struct shot_match match;
	int32_t width, height;
	size_t scale; /* the index of its scale */
};

/* Find `wanted` at each of `scales` (more than 0); sizes are rounded, and at least 1. A smaller
 * size averages areas, a larger one interpolates, and a mask takes the nearest pixel. As for
 * shot_find: the best match of all scales, and of equals the one of the first scale; or all, the
 * best first, without those that overlap a better one of any scale. Scales that make `wanted`
 * larger than `view` give no match; EGEOMETRY when all do. Without a mask, pixels that are not
 * opaque match anything, if the picture has alpha and any pixel is opaque. */
bool shot_find_scaled(const struct shot_view *view, const struct shot_view *wanted,
	const struct shot_find_options *options, const double *scales, size_t scale_count,
	struct shot_scaled_match **out, size_t *count, struct shot_error *err);

#endif
