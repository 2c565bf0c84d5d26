/* One rectangle of a drawable on its way into attached memory: the request on the wire, its reply,
 * and what has to be done to the pixels to make them ours. */
#ifndef SHOT_CAPTURE_PART_H
#define SHOT_CAPTURE_PART_H

#include "base/rect.h"
#include "capture/attachment.h"
#include "x11/display.h"

struct shot_part {
	struct shot_rect rect; /* on the drawable */
	struct shot_behind { /* read the pixmap of a redirected window instead; hidden parts too */
		xcb_window_t window; /* 0: of the drawable */
		xcb_pixmap_t pixmap; /* the name that the pixmap gets while it is read */
		struct shot_visual visual;
	} behind;
	size_t offset;	   /* of its first pixel in the memory, a multiple of 4; rows are packed */
	unsigned sequence; /* of the reply, 0 when none is awaited */
};

enum shot_part_state {
	SHOT_PART_WAITING,
	SHOT_PART_IN,	    /* width * height * 4 bytes of bgrx from `offset` on */
	SHOT_PART_MISMATCH, /* the rectangle leaves the drawable */
	SHOT_PART_FAILED,
};

/* Bytes that a part of that size takes. */
size_t shot_part_bytes(struct shot_rect rect);

/* Send the request; the caller flushes. */
void shot_part_send(struct shot_part *part, struct shot_display *display, xcb_drawable_t drawable,
	const struct shot_attachment *into);

/* Take the reply in, without blocking. ELOST, or the server's refusal; an attach that was refused
 * is the attachment's to tell. */
enum shot_part_state shot_part_poll(struct shot_part *part, struct shot_display *display,
	const struct shot_attachment *into, struct shot_error *err);

#endif
