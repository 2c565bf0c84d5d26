/* One capture of an output or of a window: into attached memory where the pixels are as we want
 * them, else into a scratch. What is said to the compositor is a protocol's. */
#ifndef SHOT_WAYLAND_FRAME_H
#define SHOT_WAYLAND_FRAME_H

#include "wayland/output.h"
#include "wayland/rects.h"
#include "wayland/scratch.h"

struct wl_callback;
struct ext_foreign_toplevel_handle_v1;
struct ext_image_copy_capture_frame_v1;
struct zwlr_screencopy_frame_v1;
struct shot_wayland_frame;
struct shot_wayland_session;

/* How a compositor is asked for pixels. The functions send; what comes back they tell the frame by
 * shot_wayland_frame_offer, _accept, _told and _end. */
struct shot_wayland_protocol {
	/* Ask in which shape the pixels can be had. False: no memory. */
	bool (*begin)(struct shot_wayland_frame *frame);

	/* Have them copied into frame->buffer. */
	void (*copy)(struct shot_wayland_frame *frame);

	/* Destroy what is the protocol's own. The compositor writes no more once it has heard. */
	void (*drop)(struct shot_wayland_frame *frame);
};

struct shot_wayland_frame {
	/* What begin is told. */
	struct shot_wayland *wayland;
	const struct shot_wayland_protocol *protocol;
	struct shot_wayland_output *output;	       /* NULL: a window's, or it is gone */
	struct ext_foreign_toplevel_handle_v1 *window; /* NULL: an output's; used by begin alone */
	struct shot_wayland_session *session; /* to use again; NULL: one of its own, if any */
	struct shot_rect region; /* of the output, in logical units; empty: all of it */
	bool with_cursor;
	bool with_damage;		    /* wait until something is drawn */
	const struct shot_attachment *into; /* NULL: a scratch whatever the pixels are */
	size_t offset;			    /* in it: a place for width * height * 4 bytes */
	int32_t wanted_width, wanted_height;
	struct shot_wayland_scratch *scratch;	/* to use again, if it is large enough; and where
						   the pixels are; NULL: they are in `into` */
	const struct shot_wayland_rects *stale; /* of that scratch; NULL: all of it */
	void (*over)(struct shot_wayland_frame *frame); /* it has ended; NULL: nobody is told */

	/* What it has come to. */
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
	struct shot_wayland_buffer *buffer;
	struct wl_callback *sync; /* abandoned: the server has heard of it when this is done */
	union {
		struct zwlr_screencopy_frame_v1 *screencopy;
		struct ext_image_copy_capture_frame_v1 *copying;
	} proxy;
	bool has_own_session;
};

/* Ask for it; the struct must stay where it is until it is finished. */
void shot_wayland_frame_begin(struct shot_wayland_frame *frame);

/* Nobody wants it any more: it ends (Failed) when the compositor cannot write into it any more. */
void shot_wayland_frame_abandon(struct shot_wayland_frame *frame);

/* Its output is no more: the same, with an error that says so. */
void shot_wayland_frame_leave(struct shot_wayland_frame *frame);

/* Free what is its own, whatever its state. */
void shot_wayland_frame_finish(struct shot_wayland_frame *frame);

/* For protocols. Offer: pixels can be had in this shape, which is compared with what there can be
 * before anything is made of it; false: it has failed. Accept: copy what was offered last. Tell a
 * rectangle that was drawn, in the pixels of the picture. End: Done, or Failed with `err`. */
bool shot_wayland_frame_offer(struct shot_wayland_frame *frame, uint32_t format, uint32_t width,
	uint32_t height, uint32_t stride);
void shot_wayland_frame_accept(struct shot_wayland_frame *frame);
void shot_wayland_frame_drawn(struct shot_wayland_frame *frame, struct shot_rect rect);
void shot_wayland_frame_end(struct shot_wayland_frame *frame, enum shot_poll state);

#endif
