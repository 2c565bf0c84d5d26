/* Places where a picture is like a pattern. */
#ifndef SHOT_SEARCH_FIND_NEAR_H
#define SHOT_SEARCH_FIND_NEAR_H

#include "search/pattern.h"

/* Where the differences of more than `tolerance` sum up to `budget` or less: the first of the best
 * places, or every one. */
bool shot_find_near(const struct shot_view *view, const struct shot_pattern *pattern, int tolerance,
	int64_t budget, bool all, struct shot_matches *out, struct shot_error *err);

#endif
