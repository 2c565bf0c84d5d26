#include "x11/colors.h"

#include "x11/reply.h"

#define LEVELS 256
#define FULL 257 /* a level of 8 bits times this is a level of 16 */

unsigned shot_colors_ask(xcb_connection_t *xcb, xcb_colormap_t map)
{
	uint32_t pixels[LEVELS];
	for (uint32_t i = 0; i < LEVELS; i++) {
		pixels[i] = i << 16 | i << 8 | i;
	}
	return xcb_query_colors(xcb, map, LEVELS, pixels).sequence;
}

static bool is_plain(uint16_t shown, size_t level)
{
	return shown >> 8 == (int)level;
}

bool shot_colors_check(
	const xcb_query_colors_reply_t *reply, const char *what, struct shot_error *err)
{
	size_t count;
	const xcb_rgb_t *colors = shot_reply_colors(reply, &count);
	for (size_t i = 0; i < count; i++) {
		if (!is_plain(colors[i].red, i) || !is_plain(colors[i].green, i) ||
			!is_plain(colors[i].blue, i)) {
			return shot_fail(err, "EVISUAL",
				"cannot read the pixels of %s: it is DirectColor, and its color "
				"map shows level %zu as %u, %u, %u",
				what, i, colors[i].red / FULL, colors[i].green / FULL,
				colors[i].blue / FULL);
		}
	}
	return count == LEVELS ||
	       shot_fail(err, "EVISUAL",
		       "cannot read the pixels of %s: it is DirectColor, and the X server does "
		       "not reveal its color map",
		       what);
}
