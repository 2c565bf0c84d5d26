/* The pixels of one request, read in the cheapest way: an update of a slot that is nearly fresh, or
 * a full read of all tiles into a buffer from the request's source of buffers. */
#ifndef SHOT_CAPTURE_PIXELS_H
#define SHOT_CAPTURE_PIXELS_H

#include "capture/buffer_source.h"
#include "capture/grabber.h"
#include "capture/update.h"

struct shot_pixels {
	struct shot_grabber *grabber;
	struct shot_buffer_source *buffers;
	bool is_whole;			   /* read everything, without regard to changes */
	struct shot_window_search *search; /* asked again about its windows; NULL without any */
	struct shot_tiles tiles;	   /* the caller's, with their rectangles on the root */

	struct shot_buffer buffer;  /* the pixels' buffer; without an owner: none taken */
	struct shot_update *update; /* while one is in progress */
	uint64_t ticket; /* of the damage log, up to which the pixels are fresh; 0: unknown */
};

/* Take a buffer and send; the caller has filled the first five fields, and flushes. False with the
 * buffers' reason. The search's last answer is about the moment that the pixels show. */
bool shot_pixels_begin(struct shot_pixels *pixels, struct shot_error *err);

/* After the flush, help the server with memory that is new (capture/attachment.h). */
void shot_pixels_populate(const struct shot_pixels *pixels);

/* Continue without blocking. Done: `buffer` holds the tiles at their offsets. EGEOMETRY: a tile
 * leaves its surface. */
enum shot_poll shot_pixels_poll(struct shot_pixels *pixels, struct shot_error *err);

/* Whether the server may still write. */
bool shot_pixels_is_awaited(const struct shot_pixels *pixels);

/* Read late replies to pixels that were given up; true when no reply is awaited any more. */
bool shot_pixels_settle(struct shot_pixels *pixels);

/* Cancel: ask the source to end the tiles soon. Settle them afterwards. */
void shot_pixels_cancel(struct shot_pixels *pixels);

/* Drop the buffer. */
void shot_pixels_drop(struct shot_pixels *pixels);

#endif
