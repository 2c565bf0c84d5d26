/* The memory layout of a window's pixels. */
#ifndef SHOT_X11_VISUAL_H
#define SHOT_X11_VISUAL_H

#include <xcb/xcb.h>

#include "base/error.h"
#include "capture/wire.h"

struct shot_visual {
	enum shot_wire wire;
	unsigned depth;
	bool is_mapped; /* DirectColor with 8 bits a channel: x11/colors.h checks its color map */
};

/* Read visual `id` of `screen`. EVISUAL with the reason when its pixels do not have a known wire
 * format, little-endian and padded to 32 bits a row. */
bool shot_visual_read(struct shot_visual *visual, const xcb_setup_t *setup,
	const xcb_screen_t *screen, xcb_visualid_t id, struct shot_error *err);

#endif
