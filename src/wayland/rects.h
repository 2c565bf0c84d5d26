/* A few rectangles of one plane: the drawn regions. */
#ifndef SHOT_WAYLAND_RECTS_H
#define SHOT_WAYLAND_RECTS_H

#include "base/rect.h"

#define SHOT_WAYLAND_RECTS 16 /* rectangles that are kept apart; more become one box around all */

struct shot_wayland_rects {
	struct shot_rect list[SHOT_WAYLAND_RECTS];
	unsigned count;
};

/* Add one. An empty one, and one inside another, takes no room. */
void shot_wayland_rects_add(struct shot_wayland_rects *rects, struct shot_rect rect);

#endif
