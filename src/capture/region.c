#include "capture/region.h"

#include <errno.h>
#include <stdlib.h>
#include <xcb/xcbext.h>

#include "x11/fail.h"

static enum shot_poll take(struct shot_region *region, const xcb_xfixes_fetch_region_reply_t *reply,
	struct shot_error *err)
{
	const xcb_rectangle_t *listed = xcb_xfixes_fetch_region_rectangles(reply);
	unsigned count = (unsigned)xcb_xfixes_fetch_region_rectangles_length(reply);
	struct shot_rect *rects = realloc(region->rects, (count + 1) * sizeof *rects);
	if (!rects) {
		shot_fail_errno(err, ENOMEM, "cannot list %u changes", count);
		return SHOT_POLL_FAILED;
	}
	for (unsigned i = 0; i < count; i++) {
		rects[i] = (struct shot_rect){
			listed[i].x, listed[i].y, listed[i].width, listed[i].height};
	}
	region->rects = rects;
	region->count = count;
	return SHOT_POLL_DONE;
}

enum shot_poll shot_region_poll(struct shot_region *region, xcb_connection_t *xcb,
	unsigned sequence, struct shot_error *err)
{
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!xcb_poll_for_reply(xcb, sequence, &reply, &error)) {
		return SHOT_POLL_WAITING;
	}
	enum shot_poll outcome = SHOT_POLL_FAILED;
	if (reply) {
		outcome = take(region, reply, err);
	} else if (error) {
		shot_fail_x(err, error, "cannot ask what has changed");
	} else {
		shot_fail_lost(err, xcb);
	}
	free(reply);
	free(error);
	return outcome;
}

void shot_region_finish(struct shot_region *region)
{
	free(region->rects);
	*region = (struct shot_region){0};
}
