#include "wayland/sizes.h"

#include <errno.h>
#include <stdlib.h>

#include "wayland/image_copy.h"
#include "wayland/library.h"
#include "wayland/toplevel.h"

#include <wayland-client-protocol.h>

static void on_sync(void *data, struct wl_callback *callback, uint32_t serial)
{
	struct shot_wayland_sizes *sizes = data;
	(void)serial;
	wl_callback_destroy(callback);
	sizes->sync = NULL;
}

static const struct wl_callback_listener sync_listener = {.done = on_sync};

static void send_sync(struct shot_wayland_sizes *sizes)
{
	sizes->sync = wl_display_sync(sizes->wayland->display);
	wl_callback_add_listener(sizes->sync, &sync_listener, sizes);
	shot_wayland_flush(&sizes->wayland->source);
}

bool shot_wayland_sizes_begin(struct shot_wayland_sizes *sizes, struct shot_wayland *wayland,
	uint32_t id, struct shot_error *err)
{
	*sizes = (struct shot_wayland_sizes){.wayland = wayland, .wanted = id};
	if (!shot_wayland_toplevels_follow(wayland, err)) {
		return false;
	}
	send_sync(sizes);
	return true;
}

static bool is_wanted(const struct shot_wayland_sizes *sizes, uint32_t id)
{
	return !sizes->wanted || sizes->wanted == id;
}

/* All windows are known: describe them, and begin a session of each. */
static bool list(struct shot_wayland_sizes *sizes, struct shot_error *err)
{
	struct shot_wayland *wayland = sizes->wayland;
	size_t count = 0;
	for (struct shot_wayland_toplevel *it = shot_wayland_toplevels_first(wayland); it;
		it = it->next) {
		count += is_wanted(sizes, it->id);
	}
	sizes->is_listed = true;
	sizes->list = calloc(count + 1, sizeof *sizes->list); /* never NULL once it is there */
	sizes->sessions = calloc(count + 1, sizeof *sizes->sessions);
	if (!sizes->list || !sizes->sessions) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu windows", count);
	}
	for (struct shot_wayland_toplevel *it = shot_wayland_toplevels_first(wayland); it;
		it = it->next) {
		if (is_wanted(sizes, it->id)) {
			shot_wayland_toplevel_describe(it, &sizes->list[sizes->count]);
			shot_wayland_session_begin(
				&sizes->sessions[sizes->count++], wayland, NULL, it->handle, false);
		}
	}
	send_sync(sizes);
	return true;
}

static void read_sizes(struct shot_wayland_sizes *sizes)
{
	for (size_t i = 0; i < sizes->count; i++) {
		const struct shot_wayland_session *session = &sizes->sessions[i];
		if (session->is_known && !session->is_stopped && session->width <= INT16_MAX &&
			session->height <= INT16_MAX) {
			sizes->list[i].rect.width = (int32_t)session->width;
			sizes->list[i].rect.height = (int32_t)session->height;
		}
	}
}

enum shot_poll shot_wayland_sizes_poll(struct shot_wayland_sizes *sizes, struct shot_error *err)
{
	if (!sizes->wayland) {
		shot_fail(err, "ELOST", "the display is closed");
		return SHOT_POLL_FAILED;
	}
	if (!shot_wayland_take_events(&sizes->wayland->source, err)) {
		return SHOT_POLL_FAILED;
	}
	if (!sizes->sync && !sizes->is_listed && !list(sizes, err)) {
		return SHOT_POLL_FAILED;
	}
	if (sizes->sync) {
		return SHOT_POLL_WAITING;
	}
	read_sizes(sizes);
	return SHOT_POLL_DONE;
}

void shot_wayland_sizes_leave(struct shot_wayland_sizes *sizes)
{
	for (size_t i = 0; sizes->sessions && i < sizes->count; i++) {
		shot_wayland_session_finish(&sizes->sessions[i]);
	}
	free(sizes->sessions);
	sizes->sessions = NULL;
	if (sizes->sync) {
		wl_callback_destroy(sizes->sync);
		sizes->sync = NULL;
	}
	sizes->wayland = NULL;
}
