#include "x11/display.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/randr.h>

#include "base/clock.h"
#include "base/wait.h"
#include "x11/colors.h"
#include "x11/connect.h"
#include "x11/extensions.h"
#include "x11/fail.h"
#include "x11/io.h"

static const xcb_screen_t *find_screen(xcb_connection_t *xcb, int number)
{
	xcb_screen_iterator_t it = xcb_setup_roots_iterator(xcb_get_setup(xcb));
	while (number-- > 0) {
		xcb_screen_next(&it);
	}
	return it.data;
}

/* Selects events about the root's size and the monitors. */
static void select_events(struct shot_display *display)
{
	uint32_t structure = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
	xcb_change_window_attributes(display->xcb, display->root, XCB_CW_EVENT_MASK, &structure);
	if (display->server.randr_minor > 0) {
		uint16_t mask = XCB_RANDR_NOTIFY_MASK_SCREEN_CHANGE;
		if (display->server.randr_minor >= 2) {
			mask |= XCB_RANDR_NOTIFY_MASK_CRTC_CHANGE |
				XCB_RANDR_NOTIFY_MASK_OUTPUT_CHANGE |
				XCB_RANDR_NOTIFY_MASK_OUTPUT_PROPERTY;
		}
		if (display->server.randr_minor >= 4) {
			mask |= XCB_RANDR_NOTIFY_MASK_RESOURCE_CHANGE;
		}
		xcb_randr_select_input(display->xcb, display->root, mask);
	}
}

/* Whether the root's pixels can be read. Rootless Xwayland has none, because each of its windows is
 * a surface of the Wayland server. */
static bool is_root_readable(const struct shot_display *display)
{
	xcb_generic_error_t *error = NULL;
	xcb_get_image_reply_t *pixel = xcb_get_image_reply(display->xcb,
		xcb_get_image(
			display->xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, display->root, 0, 0, 1, 1, ~0u),
		&error);
	bool is_refused = error && error->error_code == XCB_MATCH;
	free(pixel);
	free(error);
	return !is_refused;
}

/* Names the abilities that this server lacks. */
static void name_lacks(struct shot_display *display)
{
	const char **lacks = display->source.lacks;
	lacks[SHOT_ABILITY_OVERLAY] = "the X server draws no pointer into captures";
	if (!display->has_xfixes) {
		lacks[SHOT_ABILITY_CURSOR] = "the X server lacks XFIXES";
	}
	if (!display->damage_event) {
		lacks[SHOT_ABILITY_CHANGES] = "the X server lacks DAMAGE 1.1 or XFIXES 2";
	}
}

/* Xwayland has an extension of that name from version 23.1 on; older ones show it in names of
 * outputs. */
static bool is_xwayland(const struct shot_display *display)
{
	static const char output[] = "XWAYLAND";
	const struct shot_monitor *first = &display->source.layout.monitors[0];
	return display->has_xwayland || strncmp(first->output, output, sizeof output - 1) == 0;
}

static void name_screen(struct shot_display *display)
{
	if (!is_root_readable(display)) {
		display->source.lacks[SHOT_ABILITY_SCREEN] =
			is_xwayland(display)
				? "this is Xwayland, whose root window holds no picture: only "
				  "windows with obscured = true; open the Wayland display instead "
				  "(GNOME and KDE let no program capture that: log in to their X11 "
				  "session, or to sway)"
				: "the X server's root window cannot be read: only windows with "
				  "obscured = true";
	}
}

/* The root's pixels go through the server's default color map. */
static bool check_colors(const struct shot_display *display, struct shot_error *err)
{
	const xcb_query_colors_cookie_t cookie = {
		shot_colors_ask(display->xcb, display->screen->default_colormap)};
	xcb_query_colors_reply_t *reply = xcb_query_colors_reply(display->xcb, cookie, NULL);
	bool is_plain = shot_colors_check(reply, "the screen", err);
	free(reply);
	return is_plain;
}

struct shot_source *shot_display_open(
	const char *name, struct shot_breaker *breaker, struct shot_error *err)
{
	struct shot_display *display = calloc(1, sizeof *display);
	if (!display) {
		shot_fail_errno(err, ENOMEM, "cannot open a display");
		return NULL;
	}
	int number = 0;
	display->xcb = shot_x11_connect(name, breaker, &number, err);
	if (!display->xcb) {
		free(display);
		return NULL;
	}
	shot_fork_guard_begin(&display->guard, xcb_get_file_descriptor(display->xcb));
	display->screen = find_screen(display->xcb, number);
	display->root = display->server.root = display->screen->root;
	display->is_local = shot_x11_connect_is_local(display->xcb);
	if (!shot_visual_read(&display->visual, xcb_get_setup(display->xcb), display->screen,
		    display->screen->root_visual, err)) {
		shot_display_close(&display->source);
		return NULL;
	}
	if (display->visual.is_mapped && !check_colors(display, err)) {
		shot_display_close(&display->source);
		return NULL;
	}
	shot_extensions_negotiate(display);
	name_lacks(display);
	display->source.wire = display->visual.wire;
	select_events(display);
	display->source.is_stale = true;
	enum shot_poll outcome;
	while ((outcome = shot_display_refresh(&display->source, err)) == SHOT_POLL_WAITING) {
		shot_wait_readable(shot_display_fd(&display->source), -1, SHOT_FOREVER);
	}
	if (outcome == SHOT_POLL_FAILED) {
		shot_display_close(&display->source);
		return NULL;
	}
	name_screen(display);
	return &display->source;
}

void shot_display_close(struct shot_source *source)
{
	struct shot_display *display = shot_display_of(source);
	shot_layout_cancel(&display->query, display->xcb);
	shot_redirects_finish(&display->redirects);
	shot_fork_guard_end(&display->guard);
	xcb_disconnect(display->xcb);
	free(display);
}

int shot_display_fd(const struct shot_source *source)
{
	return xcb_get_file_descriptor(((const struct shot_display *)source)->xcb);
}

uint64_t shot_display_received(const struct shot_source *source)
{
	return xcb_total_read(((const struct shot_display *)source)->xcb);
}

static void handle(struct shot_display *display, const xcb_generic_event_t *event)
{
	uint8_t type = event->response_type & 0x7f;
	const xcb_configure_notify_event_t *configure = (const void *)event;
	bool is_randr = display->randr_event &&
			(type == display->randr_event + XCB_RANDR_SCREEN_CHANGE_NOTIFY ||
				type == display->randr_event + XCB_RANDR_NOTIFY);
	if (is_randr || (type == XCB_CONFIGURE_NOTIFY && configure->window == display->root)) {
		display->source.is_stale = true;
		display->source.changes++;
	}
	for (struct shot_listener *it = display->listeners; it; it = it->next) {
		it->hear(it, display->damage_event, event);
	}
}

void shot_display_note(struct shot_source *source)
{
	struct shot_display *display = shot_display_of(source);
	xcb_generic_event_t *event;
	while ((event = xcb_poll_for_queued_event(display->xcb))) {
		handle(display, event);
		free(event);
	}
}

bool shot_display_take_events(struct shot_source *source, struct shot_error *err)
{
	struct shot_display *display = shot_display_of(source);
	xcb_generic_event_t *event;
	while ((event = shot_io_poll_event(display->xcb))) {
		handle(display, event);
		free(event);
	}
	return !xcb_connection_has_error(display->xcb) || shot_fail_lost(err, display->xcb);
}

void shot_display_hold(struct shot_source *source)
{
	struct shot_display *display = shot_display_of(source);
	if (display->holds++ == 0) {
		xcb_grab_server(display->xcb);
	}
}

void shot_display_release(struct shot_source *source)
{
	struct shot_display *display = shot_display_of(source);
	assert(display->holds > 0);
	if (--display->holds == 0) {
		xcb_ungrab_server(display->xcb);
	}
}

void shot_display_listen(struct shot_display *display, struct shot_listener *listener)
{
	listener->next = display->listeners;
	display->listeners = listener;
}

void shot_display_ignore(struct shot_display *display, struct shot_listener *listener)
{
	struct shot_listener **at = &display->listeners;
	while (*at != listener) {
		assert(*at); /* the listener is registered */
		at = &(*at)->next;
	}
	*at = listener->next;
}

bool shot_display_is_current(const struct shot_source *source)
{
	const struct shot_display *display = (const struct shot_display *)source;
	return !source->is_stale && display->query.step == SHOT_QUERY_IDLE;
}

void shot_display_ask(struct shot_source *source)
{
	struct shot_display *display = shot_display_of(source);
	if (source->is_stale && display->query.step == SHOT_QUERY_IDLE) {
		source->is_stale = false;
		shot_layout_begin(&display->query, display->xcb, &display->server);
	}
}

enum shot_poll shot_display_refresh(struct shot_source *source, struct shot_error *err)
{
	struct shot_display *display = shot_display_of(source);
	for (;;) {
		shot_display_ask(source);
		if (display->query.step == SHOT_QUERY_IDLE) {
			return SHOT_POLL_DONE;
		}
		enum shot_poll outcome =
			shot_layout_poll(&display->query, display->xcb, &source->layout, err);
		if (outcome != SHOT_POLL_DONE) {
			return outcome;
		}
		shot_display_note(source);
	}
}
