#include "wayland/source.h"

#include "wayland/connection.h"
#include "wayland/damage.h"
#include "wayland/pool.h"
#include "wayland/scratch.h"
#include "wayland/session.h"
#include "wayland/tile.h"

static void trim(struct shot_source *source)
{
	shot_wayland_scratch_trim(shot_wayland_of(source));
	shot_wayland_flush(source);
}

/* Both paths need only the features that open has checked. */
static bool probe(struct shot_source *source, const struct shot_path *path, struct shot_error *err)
{
	(void)source, (void)path, (void)err;
	return true;
}

static bool confirm(
	struct shot_source *source, struct shot_attachment *attachment, struct shot_error *err)
{
	(void)source, (void)attachment, (void)err; /* a refused pool ends the connection */
	return true;
}

/* Answers about watches wait in the watch. */
static void forget(struct shot_source *source, uintptr_t question)
{
	(void)source, (void)question;
}

static bool follow(struct shot_source *source, struct shot_error *err)
{
	(void)source;
	return shot_fail(err, "ENOTSUP",
		"damage = true is not available: zwlr_screencopy_manager_v1 captures whole "
		"regions; on_change and watches work");
}

static const struct shot_path paths[] = {
	{"wl-screencopy", SHOT_MEMORY_FD}, /* the compositor maps our sealed memfd */
	{"wl-copy", SHOT_MEMORY_OWN},	   /* it writes into a scratch, which is copied */
};

const struct shot_source_kind shot_wayland_source = {
	.name = "wayland",
	.server = "the compositor",
	.variable = "WAYLAND_DISPLAY",
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
	.cancel_tile = shot_wayland_tile_cancel,

	.forget = forget,
	.follow_changes = follow,
	.poll_changes = shot_wayland_watch_poll,
	.create_watch = shot_wayland_watch_create,
	.ask_watch = shot_wayland_watch_ask,
	.destroy_watch = shot_wayland_watch_destroy,
};
