/* One connection to a Wayland compositor: the globals that captures need, and the state from its
 * events. */
#ifndef SHOT_WAYLAND_CONNECTION_H
#define SHOT_WAYLAND_CONNECTION_H

#include <stdint.h>

#include "capture/source.h"

struct wl_display;
struct wl_registry;
struct wl_shm;
struct zwlr_screencopy_manager_v1;
struct zxdg_output_manager_v1;

struct shot_wayland_output;
struct shot_wayland_capture;
struct shot_wayland_watch;
struct shot_wayland_pool;
struct wl_callback;

#define SHOT_WAYLAND_SCRATCHES 8

/* Memory of the source that the compositor has attached, for pixels that cannot land in their
 * place.
 */
struct shot_wayland_scratch {
	struct wl_shm_pool *pool; /* NULL: none yet */
	uint8_t *data;
	size_t size;
	bool is_used;
};

struct shot_wayland {
	struct shot_source source; /* first */
	struct wl_display *display;
	struct wl_registry *registry;
	struct wl_shm *shm;
	struct zwlr_screencopy_manager_v1 *screencopy;
	struct zxdg_output_manager_v1 *xdg_outputs;

	struct shot_wayland_output *outputs;   /* a list, in the order of their announcement */
	struct shot_wayland_capture *captures; /* a list: tiles in progress */
	struct shot_wayland_watch *watches;    /* a list */
	struct shot_wayland_pool *pools;       /* a list: attached memory */
	struct shot_wayland_scratch scratches[SHOT_WAYLAND_SCRATCHES];

	uint64_t received;	    /* reads that brought something */
	struct wl_callback *asking; /* done when all events about the layout have arrived */
};

static inline struct shot_wayland *shot_wayland_of(const struct shot_source *source)
{
	return (struct shot_wayland *)source;
}

/* The functions of the source, see capture/source.h. */
int shot_wayland_fd(const struct shot_source *source);
uint64_t shot_wayland_received(const struct shot_source *source);
void shot_wayland_flush(struct shot_source *source);
void shot_wayland_note(struct shot_source *source);
bool shot_wayland_take_events(struct shot_source *source, struct shot_error *err);
bool shot_wayland_check(struct shot_source *source, struct shot_error *err);

#endif
