/* Finds places where a picture has exactly the pattern's pixels. */
#ifndef SHOT_SEARCH_FIND_EXACT_H
#define SHOT_SEARCH_FIND_EXACT_H

#include "search/pattern.h"

/* Find the first exact match, or all in reading order, without those that overlap an earlier one.
 * `view` is bgrx and no smaller than the pattern. */
bool shot_find_exact(const struct shot_view *view, const struct shot_pattern *pattern, bool all,
	struct shot_matches *out, struct shot_error *err);

#endif
