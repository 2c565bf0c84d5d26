/* The windows of programs, as ext_foreign_toplevel_list_v1 lists them: with their names. No
 * protocol reports their places on the screen. The list is followed from the first request for
 * windows on. */
#ifndef SHOT_WAYLAND_TOPLEVEL_H
#define SHOT_WAYLAND_TOPLEVEL_H

#include "capture/window.h"
#include "wayland/connection.h"

struct ext_foreign_toplevel_handle_v1;

struct shot_wayland_toplevel {
	struct shot_wayland_toplevel *next;
	struct shot_wayland *wayland;
	struct ext_foreign_toplevel_handle_v1 *handle;
	uint32_t id; /* luashot's number: 1 and up, never used twice on a connection */
	char title[SHOT_TITLE], app_id[SHOT_CLASS];
};

/* Follow the list; a second call is allowed. After one round trip the list is complete. False:
 * ENOMEM. */
bool shot_wayland_toplevels_follow(struct shot_wayland *wayland, struct shot_error *err);

/* The first one, the latest one opened; NULL: there is none. */
struct shot_wayland_toplevel *shot_wayland_toplevels_first(const struct shot_wayland *wayland);

/* The window of that number; NULL: it is closed, or never existed. */
struct shot_wayland_toplevel *shot_wayland_toplevel_find(
	const struct shot_wayland *wayland, uint32_t id);

/* Fill in the known facts about it. */
void shot_wayland_toplevel_describe(
	const struct shot_wayland_toplevel *toplevel, struct shot_window *window);

/* Free the list, at the end of the connection. */
void shot_wayland_toplevels_free(struct shot_wayland *wayland);

#endif
