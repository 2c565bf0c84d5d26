/* Finds places where a picture resembles a pattern. */
#ifndef SHOT_SEARCH_FIND_NEAR_H
#define SHOT_SEARCH_FIND_NEAR_H

#include "search/pattern.h"

/* Find places where the differences of more than `tolerance` add up to `budget` or less: the first
 * of the best places, or all. */
bool shot_find_near(const struct shot_view *view, const struct shot_pattern *pattern, int tolerance,
	int64_t budget, bool all, struct shot_matches *out, struct shot_error *err);

#endif
