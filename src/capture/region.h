/* A region of the server's (XFIXES), as it lists it. */
#ifndef SHOT_CAPTURE_REGION_H
#define SHOT_CAPTURE_REGION_H

#include <xcb/xcb.h>
#include <xcb/xfixes.h>

#include "base/poll.h"
#include "base/error.h"
#include "base/rect.h"

struct shot_region {
	struct shot_rect *rects; /* from top to bottom, without overlap */
	unsigned count;
};

/* Take in the reply to xcb_xfixes_fetch_region, without blocking. Done: the region holds it, in
 * place of what it held. Failed: ELOST, or the server's refusal. */
enum shot_poll shot_region_poll(struct shot_region *region, xcb_connection_t *xcb,
	unsigned sequence, struct shot_error *err);

void shot_region_finish(struct shot_region *region);

#endif
