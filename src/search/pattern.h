/* The prepared pattern of a search, and the list of its matches. */
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

/* Append a match. After ENOMEM the list is unchanged. */
bool shot_matches_add(
	struct shot_matches *matches, struct shot_found found, struct shot_error *err);

/* The pattern's row numbers, the most detailed first, because those reject a wrong place soonest: a
 * list on the heap, the caller's to free. NULL for ENOMEM. */
int32_t *shot_pattern_order(const struct shot_pattern *pattern, struct shot_error *err);

/* The places of a picture that are free for one more match, when matches must not overlap. A search
 * goes row by row from the top, so one number for each column of places is enough. */
struct shot_free_places {
	int32_t width, height, places; /* of the pattern; places in a row */
	int32_t *free_from;	       /* for each of these, the first free row */
};

/* Begin with all places free. False: ENOMEM, with nothing to finish. */
bool shot_free_places_init(struct shot_free_places *room, const struct shot_view *view,
	const struct shot_pattern *pattern, struct shot_error *err);

/* Whether a place in the row of the last match, or in a later row, is free. */
static inline bool shot_free_places_is_free(
	const struct shot_free_places *room, int32_t x, int32_t y)
{
	return room->free_from[x] <= y;
}

/* Take the place of a match: later matches may not overlap it. */
void shot_free_places_take(struct shot_free_places *room, int32_t x, int32_t y);

/* Free the list. A zeroed one is allowed. */
void shot_free_places_finish(struct shot_free_places *room);

#endif
