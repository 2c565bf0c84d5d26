/* Lists the windows with their sizes. A session of each window, begun for this purpose, reports its
 * size. It takes two round trips for any number of windows. */
#ifndef SHOT_WAYLAND_SIZES_H
#define SHOT_WAYLAND_SIZES_H

#include "capture/window.h"
#include "wayland/connection.h"

struct shot_wayland_sizes {
	struct shot_wayland *wayland; /* NULL after that is closed */
	struct shot_window *list; /* on the heap: the latest one opened first; `count` of them. A
				     window that is gone, or may not be captured, has no size */
	size_t count;
	struct shot_wayland_session *sessions; /* its own, one for each */
	struct wl_callback *sync;
	uint32_t wanted; /* the one window; 0: all */
	bool is_listed;
};

/* Ask for all windows, or for the one of that id. The struct must not move. */
bool shot_wayland_sizes_begin(struct shot_wayland_sizes *sizes, struct shot_wayland *wayland,
	uint32_t id, struct shot_error *err);

/* Done: the list is there. Failed: ELOST, ENOMEM. */
enum shot_poll shot_wayland_sizes_poll(struct shot_wayland_sizes *sizes, struct shot_error *err);

/* Detach from the connection; the list stays. */
void shot_wayland_sizes_leave(struct shot_wayland_sizes *sizes);

#endif
