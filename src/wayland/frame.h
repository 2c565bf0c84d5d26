/* One capture of an output, by wlr-screencopy: into attached memory where the pixels are as we want
 * them, else into a scratch. */
#ifndef SHOT_WAYLAND_FRAME_H
#define SHOT_WAYLAND_FRAME_H

#include "wayland/output.h"
#include "wayland/scratch.h"

struct wl_buffer;
struct wl_callback;
struct zwlr_screencopy_frame_v1;

struct shot_wayland_frame {
	/* What begin is told. */
	struct shot_wayland *wayland;
	struct shot_wayland_output *output; /* NULL once it is gone */
	struct shot_rect region;	    /* of the output, in logical units; empty: all of it */
	bool with_cursor;
	bool with_damage;		    /* wait until something is drawn on the output */
	const struct shot_attachment *into; /* NULL: a scratch whatever the pixels are */
	size_t offset;			    /* in it: a place for width * height * 4 bytes */
	int32_t wanted_width, wanted_height;
	void (*over)(struct shot_wayland_frame *frame); /* it has ended; NULL: nobody is told */

	/* Its own, and what it has come to. */
	struct zwlr_screencopy_frame_v1 *proxy;
	struct wl_buffer *buffer;
	struct wl_callback *sync; /* abandoned: the server has heard of it when this is done */
	struct shot_wayland_scratch *scratch; /* NULL: the pixels are in `into` */
	uint32_t format;		      /* wl_shm.format */
	int32_t width, height;
	size_t stride;
	bool is_inverted; /* the last row is the first */
	struct shot_rect damaged;
	enum shot_poll state;
	struct shot_error err;
};

/* Ask for it; the struct must stay where it is until it is finished. */
void shot_wayland_frame_begin(struct shot_wayland_frame *frame);

/* Nobody wants it any more: it ends (Failed) when the compositor cannot write into it any more. */
void shot_wayland_frame_abandon(struct shot_wayland_frame *frame);

/* Free what is its own, whatever its state. */
void shot_wayland_frame_finish(struct shot_wayland_frame *frame);

/* Whether the pixels can be used as they are but for a swap of channels. */
bool shot_wayland_is_32bit(uint32_t format);

#endif
