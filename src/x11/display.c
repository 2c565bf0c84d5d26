#include "x11/display.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <xcb/composite.h>
#include <xcb/damage.h>
#include <xcb/randr.h>
#include <xcb/shm.h>
#include <xcb/xfixes.h>

#include "base/clock.h"
#include "base/wait.h"
#include "x11/fail.h"

/* Whether somebody listens on the display's Unix socket: tells a refusal from an absence. */
static bool is_listening(const char *host, int number)
{
	if (host[0] && strcmp(host, "unix") != 0) {
		return false;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "/tmp/.X11-unix/X%d", number);
	bool listening = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
	if (fd >= 0) {
		close(fd);
	}
	return listening;
}

static bool fail_connect(const char *name, int reason, struct shot_error *err)
{
	const char *shown = name ? name : getenv("DISPLAY");
	char *host = NULL;
	int number = 0;
	if (!shown || !shown[0]) {
		return shot_fail(err, "ENODISPLAY",
			"no display is named: DISPLAY is not set (try ':0', or a private server "
			"with "
			"--headless)");
	}
	if (reason == XCB_CONN_CLOSED_PARSE_ERR ||
		!xcb_parse_display(shown, &host, &number, NULL)) {
		return shot_fail(err, "ENODISPLAY",
			"'%s' is not a display name (one looks like ':0' or 'host:10.0')", shown);
	}
	if (reason == XCB_CONN_CLOSED_INVALID_SCREEN) {
		shot_fail(err, "ENODISPLAY", "display '%s' has no such screen", shown);
	} else if (is_listening(host, number)) {
		const char *authority = getenv("XAUTHORITY");
		shot_fail(err, "EACCES",
			"the X server '%s' refuses the connection: wrong or missing cookie "
			"(XAUTHORITY is %s)",
			shown, authority ? authority : "not set: ~/.Xauthority");
	} else {
		shot_fail(err, "ENODISPLAY", "no X server answers at '%s'", shown);
	}
	free(host);
	return false;
}

static const xcb_screen_t *find_screen(xcb_connection_t *xcb, int number)
{
	xcb_screen_iterator_t it = xcb_setup_roots_iterator(xcb_get_setup(xcb));
	while (number-- > 0) {
		xcb_screen_next(&it);
	}
	return it.data;
}

static bool is_unix_socket(int fd)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	return getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
	       address.ss_family == AF_UNIX;
}

static const xcb_query_extension_reply_t *find_extension(
	xcb_connection_t *xcb, xcb_extension_t *extension)
{
	const xcb_query_extension_reply_t *found = xcb_get_extension_data(xcb, extension);
	return found && found->present ? found : NULL;
}

/* All questions go out before the first answer is awaited. */
static void negotiate(struct shot_display *display)
{
	xcb_connection_t *xcb = display->xcb;
	xcb_extension_t *const extensions[] = {
		&xcb_shm_id, &xcb_randr_id, &xcb_damage_id, &xcb_xfixes_id, &xcb_composite_id};
	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
		xcb_prefetch_extension_data(xcb, extensions[i]);
	}
	const xcb_query_extension_reply_t *has_shm = find_extension(xcb, &xcb_shm_id);
	const xcb_query_extension_reply_t *has_randr = find_extension(xcb, &xcb_randr_id);
	const xcb_query_extension_reply_t *has_damage = find_extension(xcb, &xcb_damage_id);
	const xcb_query_extension_reply_t *has_xfixes = find_extension(xcb, &xcb_xfixes_id);
	const xcb_query_extension_reply_t *has_composite = find_extension(xcb, &xcb_composite_id);
	xcb_shm_query_version_cookie_t ask_shm = {0};
	xcb_randr_query_version_cookie_t ask_randr = {0};
	xcb_damage_query_version_cookie_t ask_damage = {0};
	xcb_xfixes_query_version_cookie_t ask_xfixes = {0};
	xcb_composite_query_version_cookie_t ask_composite = {0};
	if (has_shm) {
		ask_shm = xcb_shm_query_version(xcb);
	}
	if (has_randr) {
		ask_randr = xcb_randr_query_version(xcb, 1, 5);
	}
	if (has_damage) {
		ask_damage = xcb_damage_query_version(xcb, 1, 1);
	}
	if (has_xfixes) {
		ask_xfixes = xcb_xfixes_query_version(xcb, 5, 0);
	}
	if (has_composite) {
		ask_composite = xcb_composite_query_version(xcb, 0, 4);
	}
	if (has_shm) {
		xcb_shm_query_version_reply_t *shm =
			xcb_shm_query_version_reply(xcb, ask_shm, NULL);
		display->has_shm = shm != NULL;
		display->has_shm_fd = shm && (shm->major_version > 1 || shm->minor_version >= 2);
		free(shm);
	}
	if (has_randr) {
		xcb_randr_query_version_reply_t *randr =
			xcb_randr_query_version_reply(xcb, ask_randr, NULL);
		if (randr && randr->major_version == 1) {
			display->randr_minor = randr->minor_version;
			display->randr_event = has_randr->first_event;
		}
		free(randr);
	}
	if (has_xfixes) {
		xcb_xfixes_query_version_reply_t *xfixes =
			xcb_xfixes_query_version_reply(xcb, ask_xfixes, NULL);
		display->has_xfixes = xfixes && xfixes->major_version >= 2;
		free(xfixes);
	}
	if (has_composite) {
		xcb_composite_query_version_reply_t *composite =
			xcb_composite_query_version_reply(xcb, ask_composite, NULL);
		display->has_composite = composite && (composite->major_version > 0 ||
							      composite->minor_version >= 2);
		free(composite);
	}
	if (has_damage) {
		xcb_damage_query_version_reply_t *damage =
			xcb_damage_query_version_reply(xcb, ask_damage, NULL);
		if (damage && damage->major_version == 1 && damage->minor_version >= 1 &&
			display->has_xfixes) {
			display->damage_event = has_damage->first_event + XCB_DAMAGE_NOTIFY;
		}
		free(damage);
	}
}

/* Ask to be told of every change to the root's size and the monitors. */
static void select_events(struct shot_display *display)
{
	uint32_t structure = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
	xcb_change_window_attributes(display->xcb, display->root, XCB_CW_EVENT_MASK, &structure);
	if (display->randr_minor > 0) {
		uint16_t mask = XCB_RANDR_NOTIFY_MASK_SCREEN_CHANGE;
		if (display->randr_minor >= 2) {
			mask |= XCB_RANDR_NOTIFY_MASK_CRTC_CHANGE |
				XCB_RANDR_NOTIFY_MASK_OUTPUT_CHANGE |
				XCB_RANDR_NOTIFY_MASK_OUTPUT_PROPERTY;
		}
		if (display->randr_minor >= 4) {
			mask |= XCB_RANDR_NOTIFY_MASK_RESOURCE_CHANGE;
		}
		xcb_randr_select_input(display->xcb, display->root, mask);
	}
}

struct shot_display *shot_display_open(const char *name, struct shot_error *err)
{
	struct shot_display *display = calloc(1, sizeof *display);
	if (!display) {
		shot_fail_errno(err, ENOMEM, "cannot open a display");
		return NULL;
	}
	int number = 0;
	display->xcb = xcb_connect(name, &number);
	int reason = xcb_connection_has_error(display->xcb);
	if (reason) {
		fail_connect(name, reason, err);
		shot_display_close(display);
		return NULL;
	}
	display->screen = find_screen(display->xcb, number);
	display->root = display->screen->root;
	display->is_local = is_unix_socket(xcb_get_file_descriptor(display->xcb));
	if (!shot_visual_read(&display->visual, xcb_get_setup(display->xcb), display->screen,
		    display->screen->root_visual, err)) {
		shot_display_close(display);
		return NULL;
	}
	negotiate(display);
	select_events(display);
	display->is_stale = true;
	int done;
	while ((done = shot_display_refresh(display, err)) == 0) {
		shot_wait_readable(shot_display_fd(display), -1, SHOT_FOREVER);
	}
	if (done < 0) {
		shot_display_close(display);
		return NULL;
	}
	return display;
}

void shot_display_close(struct shot_display *display)
{
	if (display) {
		for (struct shot_listener *it = display->listeners; it; it = it->next) {
			it->part(it);
		}
		shot_layout_cancel(&display->query, display->xcb);
		xcb_disconnect(display->xcb);
		free(display);
	}
}

int shot_display_fd(const struct shot_display *display)
{
	return xcb_get_file_descriptor(display->xcb);
}

uint64_t shot_display_received(const struct shot_display *display)
{
	return xcb_total_read(display->xcb);
}

static void handle(struct shot_display *display, const xcb_generic_event_t *event)
{
	uint8_t type = event->response_type & 0x7f;
	const xcb_configure_notify_event_t *configure = (const void *)event;
	bool is_randr = display->randr_event &&
			(type == display->randr_event + XCB_RANDR_SCREEN_CHANGE_NOTIFY ||
				type == display->randr_event + XCB_RANDR_NOTIFY);
	if (is_randr || (type == XCB_CONFIGURE_NOTIFY && configure->window == display->root)) {
		display->is_stale = true;
		display->changes++;
	}
	for (struct shot_listener *it = display->listeners; it; it = it->next) {
		it->hear(it, event);
	}
}

void shot_display_note(struct shot_display *display)
{
	xcb_generic_event_t *event;
	while ((event = xcb_poll_for_queued_event(display->xcb))) {
		handle(display, event);
		free(event);
	}
}

bool shot_display_poll(struct shot_display *display, struct shot_error *err)
{
	xcb_generic_event_t *event;
	while ((event = xcb_poll_for_event(display->xcb))) {
		handle(display, event);
		free(event);
	}
	return !xcb_connection_has_error(display->xcb) || shot_fail_lost(err, display->xcb);
}

void shot_display_hold(struct shot_display *display)
{
	if (display->holds++ == 0) {
		xcb_grab_server(display->xcb);
	}
}

void shot_display_let_go(struct shot_display *display)
{
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
		at = &(*at)->next;
	}
	*at = listener->next;
}

bool shot_display_is_current(const struct shot_display *display)
{
	return !display->is_stale && display->query.step == SHOT_QUERY_IDLE;
}

void shot_display_ask(struct shot_display *display)
{
	if (display->is_stale && display->query.step == SHOT_QUERY_IDLE) {
		display->is_stale = false;
		shot_layout_begin(
			&display->query, display->xcb, display->root, display->randr_minor);
	}
}

int shot_display_refresh(struct shot_display *display, struct shot_error *err)
{
	for (;;) {
		shot_display_ask(display);
		if (display->query.step == SHOT_QUERY_IDLE) {
			return 1;
		}
		int done = shot_layout_poll(&display->query, display->xcb, &display->layout, err);
		if (done <= 0) {
			return done;
		}
		shot_display_note(display);
	}
}
