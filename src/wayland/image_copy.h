/* Captures by ext_image_copy_capture_manager_v1: of whole outputs, and of windows. The compositor
 * keeps a session for each; a frame of it ends when something was drawn since the frame before. */
#ifndef SHOT_WAYLAND_IMAGE_COPY_H
#define SHOT_WAYLAND_IMAGE_COPY_H

#include "wayland/frame.h"

struct ext_image_capture_source_v1;
struct ext_image_copy_capture_session_v1;

/* Zeroed: none. */
struct shot_wayland_session {
	struct ext_image_capture_source_v1 *source;
	struct ext_image_copy_capture_session_v1 *proxy;
	uint32_t width, height;
	uint32_t format; /* the cheapest of the offered formats */
	bool has_format;
	bool is_known;			  /* all of the above is known */
	bool is_stopped;		  /* its output or window is gone, or may not be captured */
	struct shot_wayland_frame *frame; /* the frame that waits for the constraints; NULL: none */
};

extern const struct shot_wayland_protocol shot_wayland_image_copy;

/* Begin a session of an output, or of a window if `output` is NULL. Events with its sizes follow
 * soon. */
bool shot_wayland_session_begin(struct shot_wayland_session *session, struct shot_wayland *wayland,
	struct wl_output *output, struct ext_foreign_toplevel_handle_v1 *window, bool with_cursor);

/* End it. Zeroed is allowed. */
void shot_wayland_session_finish(struct shot_wayland_session *session);

#endif
