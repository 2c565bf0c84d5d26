/* One rectangle of a surface on its way into attached memory: what is asked of the source, where
 * the pixels land, and what has to be done to make them ours; and several of them. */
#ifndef SHOT_CAPTURE_TILE_H
#define SHOT_CAPTURE_TILE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/poll.h"
#include "base/rect.h"
#include "capture/attachment.h"
#include "capture/wire.h"

struct shot_source;

/* What pixels are read from. */
struct shot_surface {
	uint32_t window; /* the picture of that window, hidden parts too; 0: the screen */
	enum shot_wire wire;
};

struct shot_tile {
	struct shot_rect rect; /* on the surface */
	struct shot_surface surface;
	size_t offset;	    /* of its first pixel in the memory, a multiple of 4; rows are packed */
	bool with_cursor;   /* the source draws the pointer into it (SHOT_ABILITY_OVERLAY) */
	uintptr_t question; /* the source's own: the request on the wire, 0 when it is answered */
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

/* For sources. Rows as they come over the wire, where they take less room than ours, go to the end
 * of the tile's place: how many bytes they take, and where in the memory they start. */
size_t shot_tile_wire_bytes(const struct shot_tile *tile);
size_t shot_tile_wire_offset(const struct shot_tile *tile);

/* For sources. The rows have arrived there: make them width * height * 4 bytes of bgrx from the
 * tile's offset on. */
void shot_tile_unpack(const struct shot_tile *tile, uint8_t *memory);

/* Send all of them; the caller flushes. Those of the screen get its wire format. */
void shot_tiles_send(
	struct shot_tiles *tiles, struct shot_source *source, const struct shot_attachment *into);

/* Take in what has arrived, without blocking. Waiting until all replies are read. Done: each has
 * width * height * 4 bytes of bgrx from its offset on. Failed: the first one's error is `err`:
 * EGEOMETRY (the rectangle leaves the surface), EGONE (the surface is gone), ELOST, or the server's
 * refusal; an attach that was refused is the attachment's to tell. */
enum shot_poll shot_tiles_poll(struct shot_tiles *tiles, struct shot_source *source,
	const struct shot_attachment *into, struct shot_error *err);

/* Nobody wants them any more: have the source hurry. They are polled until none is awaited. */
void shot_tiles_cancel(struct shot_tiles *tiles, struct shot_source *source);

/* Whether replies are still to come. */
bool shot_tiles_are_awaited(const struct shot_tiles *tiles);

#endif
