#include "x11/source.h"

#include <X11/Xauth.h>

#include "x11/actor.h"
#include "x11/attachment.h"
#include "x11/changes.h"
#include "x11/display.h"
#include "x11/fail.h"
#include "x11/io.h"
#include "x11/pointer.h"
#include "x11/probe.h"
#include "x11/tile.h"
#include "x11/watch.h"
#include "x11/window_search.h"
#include "x11/windows.h"

/* libXau keeps the name of the cookies' file in a buffer that its first call allocates. Two threads
 * that connect at the same moment must not both allocate it. */
static void prepare(void)
{
	(void)XauFileName();
}

static void flush(struct shot_source *source)
{
	shot_io_flush(shot_display_of(source)->xcb);
}

static bool check(struct shot_source *source, struct shot_error *err)
{
	xcb_connection_t *xcb = shot_display_of(source)->xcb;
	return !xcb_connection_has_error(xcb) || shot_fail_lost(err, xcb);
}

static void trim(struct shot_source *source)
{
	struct shot_display *display = shot_display_of(source);
	shot_redirects_end(&display->redirects, display->xcb, 0);
}

static const struct shot_path paths[] = {
	{"shm-fd", SHOT_MEMORY_FD},	/* the server maps luashot's sealed memfd (MIT-SHM 1.2) */
	{"shm-sysv", SHOT_MEMORY_SYSV}, /* the server attaches a System V segment */
	{"getimage", SHOT_MEMORY_OWN},	/* the pixels come through the socket */
};

const struct shot_source_kind shot_x11_source = {
	.name = "x11",
	.server = "the X server",
	.variable = "DISPLAY",
	.paths = paths,
	.path_count = sizeof paths / sizeof *paths,
	.actor = &shot_x11_actor,
	.reach = UINT32_MAX, /* MIT-SHM has 32 bits for an offset */

	.prepare = prepare,
	.open = shot_display_open,
	.close = shot_display_close,
	.fd = shot_display_fd,
	.received = shot_display_received,
	.flush = flush,
	.note = shot_display_note,
	.take_events = shot_display_take_events,
	.check = check,
	.trim = trim,

	.is_layout_current = shot_display_is_current,
	.ask_layout = shot_display_ask,
	.poll_layout = shot_display_refresh,

	.probe = shot_path_probe,
	.attach = shot_attachment_send,
	.confirm = shot_attachment_confirm,
	.detach = shot_attachment_detach,
	.send_tile = shot_tile_send,
	.poll_tile = shot_tile_poll,
	.hold = shot_display_hold,
	.let_go = shot_display_release,

	.ask_pointer = shot_pointer_ask,
	.poll_pointer = shot_pointer_poll,
	.ask_cursor = shot_pointer_ask_cursor,
	.poll_cursor = shot_pointer_poll_cursor,
	.forget = shot_pointer_forget,

	.follow_changes = shot_changes_follow,
	.is_ordered = true,
	.ask_changes = shot_changes_ask,
	.poll_changes = shot_changes_poll,
	.create_watch = shot_x11_watch_create,
	.ask_watch = shot_x11_watch_ask,
	.destroy_watch = shot_x11_watch_destroy,

	.begin_windows = shot_windows_begin,
	.poll_windows = shot_windows_poll,
	.destroy_windows = shot_windows_destroy,
	.create_search = shot_window_search_create,
	.destroy_search = shot_window_search_destroy,
	.begin_search = shot_window_search_begin,
	.poll_search = shot_window_search_poll,
	.wake_search = shot_window_search_wake,
	.search_place = shot_window_search_place,
	.ask_search_again = shot_window_search_ask_again,
	.poll_search_again = shot_window_search_poll_again,
};
