/* One capture of an output, by wlr-screencopy: into attached memory if the pixels have the right
 * format and place, else into a scratch buffer. */
#ifndef SHOT_WAYLAND_FRAME_H
#define SHOT_WAYLAND_FRAME_H

#include "wayland/output.h"
#include "wayland/scratch.h"

struct wl_buffer;
struct wl_callback;
struct zwlr_screencopy_frame_v1;

struct shot_wayland_frame {
	/* The input of begin. */
	struct shot_wayland *wayland;
	struct shot_wayland_output *output; /* NULL once it is gone */
	struct shot_rect region;	    /* of the output, in logical units; empty: all of it */
	bool with_cursor;
	bool with_damage;		    /* wait until something is drawn on the output */
	const struct shot_attachment *into; /* NULL: always a scratch buffer */
	size_t offset;			    /* in it: a place for width * height * 4 bytes */
	int32_t wanted_width, wanted_height;
	void (*over)(struct shot_wayland_frame *frame); /* called at the end; may be NULL */

	/* The frame's own state, and the result. */
	struct zwlr_screencopy_frame_v1 *proxy;
	struct wl_buffer *buffer;
	struct wl_callback *sync; /* abandoned: done when the server has processed the end */
	struct shot_wayland_scratch *scratch; /* NULL: the pixels are in `into` */
	uint32_t format;		      /* wl_shm.format */
	int32_t width, height;
	size_t stride;
	bool is_inverted; /* the last row is the first */
	struct shot_rect damaged;
	enum shot_poll state;
	struct shot_error err;
};

/* Request the capture. The struct must not move until it is finished. */
void shot_wayland_frame_begin(struct shot_wayland_frame *frame);

/* Abandon the capture: it ends (Failed) when the compositor can no longer write into it. */
void shot_wayland_frame_abandon(struct shot_wayland_frame *frame);

/* Free its resources, in any state. */
void shot_wayland_frame_finish(struct shot_wayland_frame *frame);

/* Whether the pixels need at most a swap of channels. */
bool shot_wayland_is_32bit(uint32_t format);

#endif
