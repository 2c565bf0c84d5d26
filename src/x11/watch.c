#include "x11/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <xcb/damage.h>
#include <xcb/xfixes.h>

#include "base/owner.h"
#include "x11/display.h"
#include "x11/io.h"

struct x11_watch {
	struct shot_watch watch; /* first */
	struct shot_listener listener;
	struct shot_rect rect;
	xcb_damage_damage_t damage;
	xcb_xfixes_region_t all, changed; /* the rectangle; its changed part */
	unsigned subtracted; /* sequence of the last subtraction, which covers all earlier events */
};

static void hear(
	struct shot_listener *listener, uint8_t damage_event, const xcb_generic_event_t *event)
{
	struct x11_watch *own = SHOT_CONTAINER(listener, struct x11_watch, listener);
	const xcb_damage_notify_event_t *notify = (const void *)event;
	if ((event->response_type & 0x7f) != damage_event || notify->damage != own->damage ||
		(int)(event->full_sequence - own->subtracted) < 0) {
		return;
	}
	struct shot_rect area = {
		notify->area.x, notify->area.y, notify->area.width, notify->area.height};
	own->watch.is_due |= !shot_rect_is_empty(shot_rect_intersect(area, own->rect));
}

struct shot_watch *shot_x11_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err)
{
	struct shot_display *display = shot_display_of(source);
	xcb_connection_t *xcb = display->xcb;
	struct x11_watch *own = calloc(1, sizeof *own);
	if (!own) {
		shot_fail_errno(err, ENOMEM, "cannot watch the screen");
		return NULL;
	}
	own->rect = rect;
	own->damage = shot_io_generate_id(xcb);
	own->all = shot_io_generate_id(xcb);
	own->changed = shot_io_generate_id(xcb);
	xcb_rectangle_t rectangle = {
		(int16_t)rect.x, (int16_t)rect.y, (uint16_t)rect.width, (uint16_t)rect.height};
	xcb_xfixes_create_region(xcb, own->all, 1, &rectangle);
	xcb_xfixes_create_region(xcb, own->changed, 0, NULL);
	xcb_damage_create(
		xcb, own->damage, display->root, XCB_DAMAGE_REPORT_LEVEL_DELTA_RECTANGLES);
	own->listener.hear = hear;
	shot_display_listen(display, &own->listener);
	display->accounts++;
	return &own->watch;
}

uintptr_t shot_x11_watch_ask(struct shot_watch *watch)
{
	struct x11_watch *own = (struct x11_watch *)watch;
	xcb_connection_t *xcb = shot_display_of(watch->source)->xcb;
	own->subtracted = xcb_damage_subtract(xcb, own->damage, own->all, own->changed).sequence;
	return xcb_xfixes_fetch_region(xcb, own->changed).sequence;
}

void shot_x11_watch_destroy(struct shot_watch *watch)
{
	struct x11_watch *own = (struct x11_watch *)watch;
	if (watch->source) {
		struct shot_display *display = shot_display_of(watch->source);
		shot_display_ignore(display, &own->listener);
		xcb_damage_destroy(display->xcb, own->damage);
		display->accounts--;
		xcb_xfixes_destroy_region(display->xcb, own->all);
		xcb_xfixes_destroy_region(display->xcb, own->changed);
		shot_io_flush(display->xcb);
	}
	free(own);
}
