/* One connection to a Wayland compositor: the globals that captures need, and the state from its
 * events. */
#ifndef SHOT_WAYLAND_CONNECTION_H
#define SHOT_WAYLAND_CONNECTION_H

#include <stdint.h>

#include "capture/source.h"
#include "wayland/buffer.h"

struct wl_display;
struct wl_registry;
struct wl_shm;
struct wl_callback;
struct zwlr_screencopy_manager_v1;
struct zxdg_output_manager_v1;
struct ext_image_copy_capture_manager_v1;
struct ext_output_image_capture_source_manager_v1;
struct ext_foreign_toplevel_image_capture_source_manager_v1;

struct shot_wayland_output;
struct shot_wayland_capture;
struct shot_wayland_eye;
struct shot_wayland_pool;
struct shot_wayland_protocol;
struct shot_wayland_question;
struct shot_wayland_toplevels;

enum {							   /* in use at one time */
	SHOT_WAYLAND_TILE_SCRATCHES = 32,		   /* by tiles; further ones wait */
	SHOT_WAYLAND_MIRROR_SCRATCHES = 3 * SHOT_MONITORS, /* shown, spare, and a look */
	SHOT_WAYLAND_SCRATCHES = SHOT_WAYLAND_TILE_SCRATCHES + SHOT_WAYLAND_MIRROR_SCRATCHES,
};

/* Memory of the source that the compositor has attached, for pixels that cannot land in their
 * place.
 */
struct shot_wayland_scratch {
	struct shot_wayland_memory memory;
	uint8_t *data; /* NULL: none yet */
	size_t size;
	bool is_used;
};

struct shot_wayland {
	struct shot_source source; /* first */
	struct wl_display *display;
	struct wl_registry *registry;
	struct wl_shm *shm;
	struct zxdg_output_manager_v1 *xdg_outputs;
	struct zwlr_screencopy_manager_v1 *screencopy; /* NULL: the compositor lacks it; so are */
	struct ext_image_copy_capture_manager_v1 *copying;
	struct ext_output_image_capture_source_manager_v1 *output_sources;
	struct ext_foreign_toplevel_image_capture_source_manager_v1 *window_sources;
	uint32_t toplevel_list; /* the global's number; 0: there is none */

	/* The protocol for captures of outputs: that of the path that was probed last. */
	const struct shot_wayland_protocol *protocol;

	struct shot_wayland_output *outputs;	  /* a list, in the order of their announcement */
	struct shot_wayland_capture *captures;	  /* a list: tiles in progress */
	struct shot_wayland_eye *eyes;		  /* a list: the users of reports about drawing */
	struct shot_wayland_eye *root;		  /* the eye of ask_changes; NULL: not followed */
	struct shot_wayland_question *questions;  /* a list: unanswered questions to that eye */
	struct shot_wayland_toplevels *toplevels; /* NULL: windows were not requested yet */
	struct shot_wayland_pool *pools;	  /* a list: attached memory */
	struct shot_wayland_scratch scratches[SHOT_WAYLAND_SCRATCHES];

	uint64_t armed;	   /* the number of captures sent to wait until something is drawn */
	uint64_t received; /* reads that brought data */
	bool has_ended;	   /* nothing more will come */
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
