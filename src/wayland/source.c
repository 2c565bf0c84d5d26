#include "wayland/source.h"

#include "wayland/actor.h"
#include "wayland/connection.h"
#include "wayland/damage.h"
#include "wayland/image_copy.h"
#include "wayland/pool.h"
#include "wayland/scratch.h"
#include "wayland/screencopy.h"
#include "wayland/session.h"
#include "wayland/tile.h"
#include "wayland/window.h"

static void trim(struct shot_source *source)
{
	shot_wayland_scratch_trim(shot_wayland_of(source));
	shot_wayland_flush(source);
}

static const struct shot_path paths[] = {
	{"wl-screencopy", SHOT_MEMORY_FD}, /* the compositor maps luashot's sealed memfd */
	{"wl-copy", SHOT_MEMORY_FD},	   /* the same, by ext-image-copy-capture */
	{"wl-scratch", SHOT_MEMORY_OWN},   /* it writes into a scratch, which is copied */
};

/* Needs only the announced globals. The source captures by the path that was tried last. */
static bool probe(struct shot_source *source, const struct shot_path *path, struct shot_error *err)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	bool has_copy = wayland->copying && wayland->output_sources;
	if (path == &paths[0] && !wayland->screencopy) {
		return shot_fail(err, "ENOTSUP", "the compositor lacks zwlr_screencopy_manager_v1");
	}
	if (path == &paths[1] && !has_copy) {
		return shot_fail(err, "ENOTSUP", "the compositor lacks %s",
			wayland->copying ? "ext_output_image_capture_source_manager_v1"
					 : "ext_image_copy_capture_manager_v1");
	}
	bool is_copy = path == &paths[1] || !wayland->screencopy;
	wayland->protocol = is_copy ? &shot_wayland_image_copy : &shot_wayland_screencopy;
	source->lacks[SHOT_ABILITY_CHANGES] =
		is_copy || shot_wayland_screencopy_tells_changes(wayland)
			? NULL
			: "the compositor's zwlr_screencopy_manager_v1 is older than version 2";
	return true;
}

static bool confirm(
	struct shot_source *source, struct shot_attachment *attachment, struct shot_error *err)
{
	(void)source, (void)attachment, (void)err; /* a refused pool ends the connection */
	return true;
}

const struct shot_source_kind shot_wayland_source = {
	.name = "wayland",
	.server = "the compositor",
	.variable = "WAYLAND_DISPLAY",
	.actor = &shot_wayland_actor,
	.paths = paths,
	.path_count = sizeof paths / sizeof *paths,
	.reach = INT32_MAX, /* wl_shm has 31 bits for an offset */

	.is_there = shot_wayland_is_there,
	.open = shot_wayland_open,
	.close = shot_wayland_close,
	.fd = shot_wayland_fd,
	.received = shot_wayland_received,
	.flush = shot_wayland_flush,
	.note = shot_wayland_note,
	.take_events = shot_wayland_take_events,
	.check = shot_wayland_check,
	.trim = trim,

	.is_layout_current = shot_wayland_is_current,
	.ask_layout = shot_wayland_ask,
	.poll_layout = shot_wayland_refresh,

	.probe = probe,
	.attach = shot_wayland_pool_attach,
	.confirm = confirm,
	.detach = shot_wayland_pool_detach,
	.send_tile = shot_wayland_tile_send,
	.poll_tile = shot_wayland_tile_poll,
	.has_unsent = shot_wayland_tiles_have_unsent,
	.cancel_tile = shot_wayland_tile_cancel,

	.forget = shot_wayland_damage_forget,
	.follow_changes = shot_wayland_damage_follow,
	.ask_changes = shot_wayland_damage_ask,
	.poll_changes = shot_wayland_damage_poll,
	.create_watch = shot_wayland_watch_create,
	.ask_watch = shot_wayland_watch_ask,
	.destroy_watch = shot_wayland_watch_destroy,

	.are_windows_apart = true,
	.begin_windows = shot_wayland_windows_begin,
	.poll_windows = shot_wayland_windows_poll,
	.destroy_windows = shot_wayland_windows_destroy,
	.create_search = shot_wayland_search_create,
	.destroy_search = shot_wayland_search_destroy,
	.begin_search = shot_wayland_search_begin,
	.poll_search = shot_wayland_search_poll,
	.wake_search = shot_wayland_search_wake,
	.search_place = shot_wayland_search_place,
	.ask_search_again = shot_wayland_search_ask_again,
	.poll_search_again = shot_wayland_search_poll_again,
};
