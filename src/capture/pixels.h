/* The pixels of one request, by the best way there is: an update of a slot that is nearly fresh, or
 * a plain reading of all tiles into a buffer from the request's source of buffers. */
#ifndef SHOT_CAPTURE_PIXELS_H
#define SHOT_CAPTURE_PIXELS_H

#include "capture/buffer_source.h"
#include "capture/grabber.h"
#include "capture/update.h"

struct shot_pixels {
	struct shot_grabber *grabber;
	struct shot_buffer_source *buffers;
	bool is_whole;		 /* read all at once, whatever has changed */
	struct shot_tiles tiles; /* the caller's, with their rectangles on the root */

	struct shot_buffer buffer;  /* where they are, once they are in; no owner: none taken */
	struct shot_update *update; /* while one is under way */
	uint64_t ticket; /* of the damage log that the pixels are as fresh as; 0: unknown */
};

/* Take a buffer and send; the caller has filled the first four fields, and flushes. False with the
 * buffers' reason. */
bool shot_pixels_begin(struct shot_pixels *pixels, struct shot_error *err);

/* Go on without blocking. Done: `buffer` holds the tiles at their offsets. EGEOMETRY: a tile leaves
 * what it is read from. */
enum shot_poll shot_pixels_poll(struct shot_pixels *pixels, struct shot_error *err);

/* Whether the server may still write. */
bool shot_pixels_is_awaited(const struct shot_pixels *pixels);

/* Take in late replies to pixels that were given up; true when nothing is awaited any more. */
bool shot_pixels_settle(struct shot_pixels *pixels);

/* Nobody wants them any more: have the source hurry. They are settled then. */
void shot_pixels_cancel(struct shot_pixels *pixels);

/* Let go of the buffer. */
void shot_pixels_drop(struct shot_pixels *pixels);

#endif
