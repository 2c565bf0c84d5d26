#include "search/find_room.h"

#include <errno.h>
#include <stdlib.h>

bool shot_room_init(struct shot_room *room, const struct shot_view *view,
	const struct shot_pattern *pattern, struct shot_error *err)
{
	*room = (struct shot_room){.width = pattern->width,
		.height = pattern->height,
		.places = view->width - pattern->width + 1};
	room->free_from = calloc((size_t)room->places, sizeof *room->free_from);
	return room->free_from || shot_fail_errno(err, ENOMEM, "cannot list the matches");
}

void shot_room_take(struct shot_room *room, int32_t x, int32_t y)
{
	int32_t first = x < room->width ? 0 : x - room->width + 1;
	for (int32_t i = first; i < x + room->width && i < room->places; i++) {
		room->free_from[i] = y + room->height;
	}
}

void shot_room_finish(struct shot_room *room)
{
	free(room->free_from);
	*room = (struct shot_room){0};
}
