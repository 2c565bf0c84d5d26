/* Which places of a picture are free for one more match, when none may overlap one that was there
 * before: row by row from the top, so that one number for each column of places is enough. */
#ifndef SHOT_SEARCH_FIND_ROOM_H
#define SHOT_SEARCH_FIND_ROOM_H

#include "search/pattern.h"

struct shot_room {
	int32_t width, height, places; /* of the pattern; places in a row */
	int32_t *free_from;	       /* for each of these, from which row on */
};

/* All is free. False: ENOMEM, with nothing to finish. */
bool shot_room_init(struct shot_room *room, const struct shot_view *view,
	const struct shot_pattern *pattern, struct shot_error *err);

/* Whether a place is free, of the row that the last match was in or a later one; and take it. */
static inline bool shot_room_is_free(const struct shot_room *room, int32_t x, int32_t y)
{
	return room->free_from[x] <= y;
}

void shot_room_take(struct shot_room *room, int32_t x, int32_t y);

/* Free it. What was never made is allowed. */
void shot_room_finish(struct shot_room *room);

#endif
