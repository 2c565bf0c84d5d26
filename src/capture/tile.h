/* One rectangle of a drawable on its way into attached memory: the request on the wire, its reply,
 * and what has to be done to the pixels to make them ours; and several of them. */
#ifndef SHOT_CAPTURE_TILE_H
#define SHOT_CAPTURE_TILE_H

#include "base/poll.h"
#include "base/rect.h"
#include "capture/attachment.h"
#include "x11/display.h"

struct shot_tile {
	struct shot_rect rect; /* on the drawable */
	struct shot_behind { /* read the pixmap of a redirected window instead; hidden parts too */
		xcb_window_t window; /* 0: of the drawable */
		xcb_pixmap_t pixmap; /* the name that the pixmap gets while it is read */
		struct shot_visual visual;
	} behind;
	size_t offset;	   /* of its first pixel in the memory, a multiple of 4; rows are packed */
	unsigned sequence; /* of the reply, 0 when none is awaited */
};

/* Several tiles on their way into one buffer. All are sent before the first reply is read, and all
 * replies are read before anybody else may have the buffer, also when one of them is a refusal. */
struct shot_tiles {
	struct shot_tile *list; /* the caller's, with their places in the buffer */
	unsigned count;
	unsigned sent, answered;
	enum shot_poll outcome; /* of those that are answered */
	struct shot_error err;	/* of the first that failed */
};

/* Bytes that a tile of that size takes. */
size_t shot_tile_bytes(struct shot_rect rect);

/* Send all of them; the caller flushes. */
void shot_tiles_send(struct shot_tiles *tiles, struct shot_display *display,
	xcb_drawable_t drawable, const struct shot_attachment *into);

/* Take in what has arrived, without blocking. Waiting until all replies are read. Done: each has
 * width * height * 4 bytes of bgrx from its offset on. Failed: the first one's error is `err`:
 * EGEOMETRY (the rectangle leaves the drawable), ELOST, or the server's refusal; an attach that was
 * refused is the attachment's to tell. */
enum shot_poll shot_tiles_poll(struct shot_tiles *tiles, struct shot_display *display,
	const struct shot_attachment *into, struct shot_error *err);

/* Whether replies are still to come. */
bool shot_tiles_are_awaited(const struct shot_tiles *tiles);

#endif
