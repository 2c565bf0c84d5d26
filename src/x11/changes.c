#include "x11/changes.h"

#include <stdlib.h>
#include <xcb/damage.h>
#include <xcb/xcbext.h>
#include <xcb/xfixes.h>

#include "x11/display.h"
#include "x11/fail.h"
#include "x11/io.h"
#include "x11/pending_paint.h"
#include "x11/reply.h"

bool shot_changes_follow(struct shot_source *source, struct shot_error *err)
{
	(void)err;
	struct shot_display *display = shot_display_of(source);
	xcb_connection_t *xcb = display->xcb;
	display->account = shot_io_generate_id(xcb);
	display->changed = shot_io_generate_id(xcb);
	display->accounts++;
	/* NON_EMPTY sends the fewest events; the display requests the rectangles separately. */
	xcb_damage_create(xcb, display->account, display->root, XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY);
	xcb_xfixes_create_region(xcb, display->changed, 0, NULL);
	return true;
}

uintptr_t shot_changes_ask(struct shot_source *source, bool is_check)
{
	struct shot_display *display = shot_display_of(source);
	if (!is_check) { /* otherwise the tiles have triggered the painting */
		shot_pending_paint_flush(display);
	}
	xcb_damage_subtract(display->xcb, display->account, XCB_NONE, display->changed);
	return xcb_xfixes_fetch_region(display->xcb, display->changed).sequence;
}

static bool take(struct shot_region *region, const xcb_xfixes_fetch_region_reply_t *reply,
	struct shot_error *err)
{
	size_t count;
	const xcb_rectangle_t *listed = shot_reply_region(reply, &count);
	if (!shot_region_resize(region, (unsigned)count, err)) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		region->rects[i] = (struct shot_rect){
			listed[i].x, listed[i].y, listed[i].width, listed[i].height};
	}
	return true;
}

enum shot_poll shot_changes_poll(struct shot_source *source, uintptr_t question,
	struct shot_region *region, struct shot_error *err)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	void *reply = NULL;
	xcb_generic_error_t *error = NULL;
	if (!shot_io_poll_reply(xcb, (unsigned)question, &reply, &error)) {
		return SHOT_POLL_WAITING;
	}
	bool ok = false;
	if (reply) {
		ok = take(region, reply, err);
	} else if (error) {
		shot_fail_x(err, error, "cannot query the changes");
	} else {
		shot_fail_lost(err, xcb);
	}
	free(reply);
	free(error);
	return ok ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
}
