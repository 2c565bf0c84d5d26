#include "wayland/toplevel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wayland/library.h"

#include <wayland-client-protocol.h>
#include <ext-foreign-toplevel-list-v1-client-protocol.h>

#define LISTED 4096 /* windows; further ones of an endless list are ignored */

struct shot_wayland_toplevels {
	struct ext_foreign_toplevel_list_v1 *proxy;
	struct shot_wayland_toplevel *first;
	uint32_t last_id;
	unsigned count;
};

static void destroy(struct shot_wayland_toplevel *toplevel)
{
	ext_foreign_toplevel_handle_v1_destroy(toplevel->handle);
	free(toplevel);
}

static void on_closed(void *data, struct ext_foreign_toplevel_handle_v1 *handle)
{
	struct shot_wayland_toplevel *toplevel = data;
	struct shot_wayland_toplevels *toplevels = toplevel->wayland->toplevels;
	(void)handle;
	struct shot_wayland_toplevel **at = &toplevels->first;
	while (*at != toplevel) {
		at = &(*at)->next;
	}
	*at = toplevel->next;
	toplevels->count--;
	destroy(toplevel); /* captures of it notice through their session */
}

static void on_done(void *data, struct ext_foreign_toplevel_handle_v1 *handle)
{
	(void)data, (void)handle;
}

static void on_title(void *data, struct ext_foreign_toplevel_handle_v1 *handle, const char *title)
{
	struct shot_wayland_toplevel *toplevel = data;
	(void)handle;
	shot_text_read(title, strlen(title), true, toplevel->title, sizeof toplevel->title);
}

static void on_app_id(void *data, struct ext_foreign_toplevel_handle_v1 *handle, const char *app_id)
{
	struct shot_wayland_toplevel *toplevel = data;
	(void)handle;
	shot_text_read(app_id, strlen(app_id), true, toplevel->app_id, sizeof toplevel->app_id);
}

static void on_identifier(
	void *data, struct ext_foreign_toplevel_handle_v1 *handle, const char *identifier)
{
	(void)data, (void)handle, (void)identifier;
}

static const struct ext_foreign_toplevel_handle_v1_listener handle_listener = {
	.closed = on_closed,
	.done = on_done,
	.title = on_title,
	.app_id = on_app_id,
	.identifier = on_identifier,
};

static void on_toplevel(void *data, struct ext_foreign_toplevel_list_v1 *proxy,
	struct ext_foreign_toplevel_handle_v1 *handle)
{
	struct shot_wayland *wayland = data;
	struct shot_wayland_toplevels *toplevels = wayland->toplevels;
	struct shot_wayland_toplevel *toplevel =
		toplevels->count < LISTED ? calloc(1, sizeof *toplevel) : NULL;
	(void)proxy;
	if (!toplevel) {
		ext_foreign_toplevel_handle_v1_destroy(handle);
		return;
	}
	*toplevel = (struct shot_wayland_toplevel){.next = toplevels->first,
		.wayland = wayland,
		.handle = handle,
		.id = ++toplevels->last_id};
	toplevels->first = toplevel;
	toplevels->count++;
	ext_foreign_toplevel_handle_v1_add_listener(handle, &handle_listener, toplevel);
}

static void on_finished(void *data, struct ext_foreign_toplevel_list_v1 *proxy)
{
	(void)data, (void)proxy; /* a listed window stays in the list until it is closed */
}

static const struct ext_foreign_toplevel_list_v1_listener list_listener = {
	.toplevel = on_toplevel, .finished = on_finished};

bool shot_wayland_toplevels_follow(struct shot_wayland *wayland, struct shot_error *err)
{
	if (wayland->toplevels) {
		return true;
	}
	struct shot_wayland_toplevels *toplevels = calloc(1, sizeof *toplevels);
	if (toplevels) {
		toplevels->proxy = wl_registry_bind(wayland->registry, wayland->toplevel_list,
			&ext_foreign_toplevel_list_v1_interface, 1);
	}
	if (!toplevels || !toplevels->proxy) {
		free(toplevels);
		return shot_fail_errno(err, ENOMEM, "cannot list windows");
	}
	wayland->toplevels = toplevels;
	ext_foreign_toplevel_list_v1_add_listener(toplevels->proxy, &list_listener, wayland);
	return true;
}

struct shot_wayland_toplevel *shot_wayland_toplevels_first(const struct shot_wayland *wayland)
{
	return wayland->toplevels->first;
}

struct shot_wayland_toplevel *shot_wayland_toplevel_find(
	const struct shot_wayland *wayland, uint32_t id)
{
	struct shot_wayland_toplevel *it = wayland->toplevels ? wayland->toplevels->first : NULL;
	while (it && it->id != id) {
		it = it->next;
	}
	return it;
}

void shot_wayland_toplevel_describe(
	const struct shot_wayland_toplevel *toplevel, struct shot_window *window)
{
	*window = (struct shot_window){.id = toplevel->id, .is_viewable = true};
	memcpy(window->title, toplevel->title, sizeof window->title);
	memcpy(window->class_name, toplevel->app_id, sizeof window->class_name);
}

void shot_wayland_toplevels_free(struct shot_wayland *wayland)
{
	struct shot_wayland_toplevels *toplevels = wayland->toplevels;
	while (toplevels && toplevels->first) {
		struct shot_wayland_toplevel *toplevel = toplevels->first;
		toplevels->first = toplevel->next;
		destroy(toplevel);
	}
	if (toplevels) {
		ext_foreign_toplevel_list_v1_destroy(toplevels->proxy);
		free(toplevels);
	}
	wayland->toplevels = NULL;
}
