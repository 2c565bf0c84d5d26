#include "capture/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <xcb/damage.h>
#include <xcb/xcbext.h>

#include "capture/region.h"
#include "x11/fail.h"

struct shot_watch {
	struct shot_listener listener; /* first, so that it leads back to the watch */
	struct shot_display *display;  /* NULL once that is closed */
	struct shot_rect rect;
	xcb_damage_damage_t damage;
	xcb_xfixes_region_t all, changed; /* the rectangle; what of it has changed */
	bool is_due;
	bool is_unclaimed; /* the answer in flight has nobody who waits for it */
	unsigned
		subtracted; /* sequence of the last subtraction, which covers what came before it */
	unsigned sequence;  /* of the question in flight, else 0 */
	struct shot_region answer;
};

static void hear(struct shot_listener *listener, const xcb_generic_event_t *event)
{
	struct shot_watch *watch = (struct shot_watch *)listener;
	const xcb_damage_notify_event_t *notify = (const void *)event;
	if ((event->response_type & 0x7f) != watch->display->damage_event ||
		notify->damage != watch->damage ||
		(int)(event->full_sequence - watch->subtracted) < 0) {
		return;
	}
	struct shot_rect area = {
		notify->area.x, notify->area.y, notify->area.width, notify->area.height};
	watch->is_due |= !shot_rect_is_empty(shot_rect_intersect(area, watch->rect));
}

static void part(struct shot_listener *listener)
{
	((struct shot_watch *)listener)->display = NULL;
}

struct shot_watch *shot_watch_create(
	struct shot_display *display, struct shot_rect rect, struct shot_error *err)
{
	static const struct shot_rect everywhere = {0, 0, INT16_MAX, INT16_MAX};
	xcb_connection_t *xcb = display->xcb;
	if (!display->damage_event) {
		shot_fail(err, "ENOTSUP", "the X server lacks DAMAGE 1.1 or XFIXES 2");
		return NULL;
	}
	struct shot_watch *watch = calloc(1, sizeof *watch);
	if (!watch) {
		shot_fail_errno(err, ENOMEM, "cannot watch the screen");
		return NULL;
	}
	watch->display = display;
	watch->rect = shot_rect_intersect(rect, everywhere);
	watch->damage = xcb_generate_id(xcb);
	watch->all = xcb_generate_id(xcb);
	watch->changed = xcb_generate_id(xcb);
	xcb_rectangle_t rectangle = {(int16_t)watch->rect.x, (int16_t)watch->rect.y,
		(uint16_t)watch->rect.width, (uint16_t)watch->rect.height};
	xcb_xfixes_create_region(xcb, watch->all, 1, &rectangle);
	xcb_xfixes_create_region(xcb, watch->changed, 0, NULL);
	xcb_damage_create(
		xcb, watch->damage, display->root, XCB_DAMAGE_REPORT_LEVEL_DELTA_RECTANGLES);
	/* A new account starts with everything in it: what is outside stays, and so makes no
	 * events. */
	watch->listener = (struct shot_listener){.hear = hear, .part = part};
	shot_display_listen(display, &watch->listener);
	display->accounts++;
	shot_watch_ask(watch, err);
	return watch;
}

static void leave_server(struct shot_watch *watch)
{
	xcb_connection_t *xcb = watch->display->xcb;
	shot_display_ignore(watch->display, &watch->listener);
	if (watch->sequence) {
		xcb_discard_reply(xcb, watch->sequence);
	}
	xcb_damage_destroy(xcb, watch->damage);
	watch->display->accounts--;
	xcb_xfixes_destroy_region(xcb, watch->all);
	xcb_xfixes_destroy_region(xcb, watch->changed);
	xcb_flush(xcb);
}

void shot_watch_destroy(struct shot_watch *watch)
{
	if (watch) {
		if (watch->display) {
			leave_server(watch);
		}
		shot_region_finish(&watch->answer);
		free(watch);
	}
}

bool shot_watch_is_due(const struct shot_watch *watch)
{
	return watch->is_due || watch->is_unclaimed;
}

bool shot_watch_check(const struct shot_watch *watch, struct shot_error *err)
{
	return watch->display || shot_fail(err, "ELOST", "the display that was watched is closed");
}

bool shot_watch_ask(struct shot_watch *watch, struct shot_error *err)
{
	if (!shot_watch_check(watch, err)) {
		return false;
	}
	if (watch->sequence) {
		return true; /* what that answer lists, no later one does */
	}
	xcb_connection_t *xcb = watch->display->xcb;
	watch->is_due = false;
	watch->subtracted =
		xcb_damage_subtract(xcb, watch->damage, watch->all, watch->changed).sequence;
	watch->sequence = xcb_xfixes_fetch_region(xcb, watch->changed).sequence;
	xcb_flush(xcb);
	return watch->sequence || shot_fail_lost(err, xcb);
}

void shot_watch_give_up(struct shot_watch *watch)
{
	watch->is_unclaimed = watch->sequence;
}

enum shot_poll shot_watch_poll(struct shot_watch *watch, unsigned *count, struct shot_error *err)
{
	if (!shot_watch_ask(watch, err)) {
		return SHOT_POLL_FAILED;
	}
	enum shot_poll outcome =
		shot_region_poll(&watch->answer, watch->display->xcb, watch->sequence, err);
	if (outcome != SHOT_POLL_WAITING) {
		watch->sequence = 0;
		watch->is_unclaimed = false;
	}
	*count = watch->answer.count;
	return outcome;
}

const struct shot_rect *shot_watch_answer(const struct shot_watch *watch)
{
	return watch->answer.rects;
}
