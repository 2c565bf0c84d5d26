/* A few rectangles of one plane: what was drawn on it. */
#ifndef SHOT_WAYLAND_RECTS_H
#define SHOT_WAYLAND_RECTS_H

#include "base/rect.h"

#define SHOT_WAYLAND_RECTS 16 /* that are told apart; more become one box around all */

struct shot_wayland_rects {
	struct shot_rect list[SHOT_WAYLAND_RECTS];
	unsigned count;
};

/* Add one; an empty one, and one inside of another, takes no room. */
void shot_wayland_rects_add(struct shot_wayland_rects *rects, struct shot_rect rect);

#endif
