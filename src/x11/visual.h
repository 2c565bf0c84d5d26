/* How the pixels of a window lie in memory when the server sends them. */
#ifndef SHOT_X11_VISUAL_H
#define SHOT_X11_VISUAL_H

#include <stddef.h>
#include <stdint.h>

#include <xcb/xcb.h>

#include "base/error.h"
#include "capture/wire.h"

struct shot_visual {
	enum shot_wire wire;
	unsigned depth;
	bool is_mapped; /* DirectColor with 8 bits a channel: x11/colors.h tells what it shows */
};

/* Read visual `id` of `screen`. EVISUAL, naming what is in the way, when its pixels are of no
 * known wire format, little-endian and padded to 32 bits a row. */
bool shot_visual_read(struct shot_visual *visual, const xcb_setup_t *setup,
	const xcb_screen_t *screen, xcb_visualid_t id, struct shot_error *err);

#endif
