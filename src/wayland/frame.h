/* One capture of an output or a window: into attached memory if the pixels have the right format
 * and place, else into a scratch buffer. A protocol talks to the compositor. */
#ifndef SHOT_WAYLAND_FRAME_H
#define SHOT_WAYLAND_FRAME_H

#include "wayland/output.h"
#include "wayland/rects.h"
#include "wayland/upright.h"

struct wl_callback;
struct ext_foreign_toplevel_handle_v1;
struct ext_image_copy_capture_frame_v1;
struct zwlr_screencopy_frame_v1;
struct shot_wayland_frame;
struct shot_wayland_session;

/* A protocol for captures. The functions send requests, and pass the answers to the frame by
 * shot_wayland_frame_offer, _accept, _drawn and _end. */
struct shot_wayland_protocol {
	/* Request the possible shapes of the pixels. False: no memory. */
	bool (*begin)(struct shot_wayland_frame *frame);

	/* Request the copy into frame->buffer. */
	void (*copy)(struct shot_wayland_frame *frame);

	/* Destroy the protocol's own objects. The compositor writes no more after it has processed
	 * this. */
	void (*drop)(struct shot_wayland_frame *frame);
};

struct shot_wayland_frame {
	/* The input of begin. */
	struct shot_wayland *wayland;
	const struct shot_wayland_protocol *protocol;
	struct shot_wayland_output *output; /* NULL: a window's frame, or the output is gone */
	struct ext_foreign_toplevel_handle_v1 *window; /* NULL: an output's; used by begin alone */
	struct shot_wayland_session
		*session;	 /* to use again; NULL: its own session, if it needs one */
	struct shot_rect region; /* of the output, in logical units; empty: all of it */
	bool with_cursor;
	bool with_damage; /* wait until something is drawn */
	bool is_tile;	  /* when all scratches of tiles are in use, it waits for the next accept */
	const struct shot_attachment *into; /* NULL: always a scratch buffer */
	size_t offset;			    /* in it: a place for width * height * 4 bytes */
	int32_t wanted_width, wanted_height;
	struct shot_wayland_scratch *scratch;	/* to use again, if it is large enough; and where
						   the pixels are; NULL: they are in `into` */
	const struct shot_wayland_rects *stale; /* of that scratch; NULL: all of it */
	void (*over)(struct shot_wayland_frame *frame); /* called at the end; may be NULL */

	/* The result. */
	bool is_gone;	 /* its output */
	uint32_t format; /* wl_shm.format */
	int32_t width, height;
	size_t stride;
	int32_t transform; /* wl_output.transform */
	bool is_inverted;  /* the last row is the first */
	struct shot_wayland_rects damaged;
	enum shot_poll state;
	struct shot_error err;

	/* Its own, and the protocol's. */
	bool lacks_scratch; /* it waits for one, and for the next accept */
	struct shot_wayland_buffer *buffer;
	struct wl_callback *sync; /* abandoned: done when the server has processed the end */
	union {
		struct zwlr_screencopy_frame_v1 *screencopy;
		struct ext_image_copy_capture_frame_v1 *copying;
	} proxy;
	bool has_own_session;
};

/* Request the capture. The struct must not move until it is finished. */
void shot_wayland_frame_begin(struct shot_wayland_frame *frame);

/* Abandon the capture: it ends (Failed) when the compositor can no longer write into it. */
void shot_wayland_frame_abandon(struct shot_wayland_frame *frame);

/* Abandon it because its output was removed, with an error that says so. */
void shot_wayland_frame_leave(struct shot_wayland_frame *frame);

/* Describe the pixels of a capture that is done, which are at `data`. */
struct shot_wayland_pixels shot_wayland_frame_pixels(
	const struct shot_wayland_frame *frame, const uint8_t *data);

/* Free its resources, in any state. */
void shot_wayland_frame_finish(struct shot_wayland_frame *frame);

/* For protocols. Offer: a possible shape of the pixels, whose sizes are checked before use; false:
 * the frame has failed. Accept: copy the last offer. Drawn: a changed rectangle, in the pixels of
 * the picture. End: Done, or Failed with `err`. */
bool shot_wayland_frame_offer(struct shot_wayland_frame *frame, uint32_t format, uint32_t width,
	uint32_t height, uint32_t stride);
void shot_wayland_frame_accept(struct shot_wayland_frame *frame);
void shot_wayland_frame_drawn(struct shot_wayland_frame *frame, struct shot_rect rect);
void shot_wayland_frame_end(struct shot_wayland_frame *frame, enum shot_poll state);

#endif
