/* Color maps of DirectColor visuals: each channel of a pixel goes through a table, which any client
 * can fill. luashot accepts such pixels if the tables change nothing. */
#ifndef SHOT_X11_COLORS_H
#define SHOT_X11_COLORS_H

#include "base/error.h"
#include "x11/batch.h"

/* Query a map's values of the 256 levels; returns the sequence of the reply. */
unsigned shot_colors_ask(xcb_connection_t *xcb, xcb_colormap_t map);

/* Check with that reply (NULL when it was refused) that the map does not change the levels; EVISUAL
 * about `what` ("window 0x400001"). */
bool shot_colors_check(
	const xcb_query_colors_reply_t *reply, const char *what, struct shot_error *err);

#endif
