/* A tile is one rectangle of a surface that is captured into attached memory: the request to the
 * source, the place of the pixels, and their conversion; and a list of tiles. */
#ifndef SHOT_CAPTURE_TILE_H
#define SHOT_CAPTURE_TILE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/poll.h"
#include "base/rect.h"
#include "capture/attachment.h"
#include "capture/wire.h"

struct shot_source;

/* The origin of pixels. */
struct shot_surface {
	uint32_t window; /* the picture of that window, including hidden parts; 0: the screen */
	enum shot_wire wire;
};

struct shot_tile {
	struct shot_rect rect; /* on the surface */
	struct shot_surface surface;
	size_t offset;	    /* of its first pixel in the memory, a multiple of 4; rows are packed */
	bool with_cursor;   /* the source draws the pointer into it (SHOT_ABILITY_OVERLAY) */
	uintptr_t question; /* the source's own: the request on the wire, 0 when it is answered */
};

/* Several tiles of one buffer. All are sent before the first reply is read, and all replies are
 * read before the buffer may be reused, even when one of them is a refusal. */
struct shot_tiles {
	struct shot_tile *list; /* the caller's, with their places in the buffer */
	unsigned count;
	unsigned sent, answered;
	enum shot_poll outcome; /* of the answered tiles */
	struct shot_error err;	/* of the first failed tile */
};

/* The bytes of a tile of that size. */
size_t shot_tile_bytes(struct shot_rect rect);

/* For sources. Rows in a wire format that takes less room than bgrx go to the end of the tile's
 * place. These return their bytes, and their offset in the memory. */
size_t shot_tile_wire_bytes(const struct shot_tile *tile);
size_t shot_tile_wire_offset(const struct shot_tile *tile);

/* For sources. Convert rows that have arrived there to width * height * 4 bytes of bgrx from the
 * tile's offset on. */
void shot_tile_unpack(const struct shot_tile *tile, uint8_t *memory);

/* Send all tiles; the caller flushes. Tiles of the screen get its wire format. */
void shot_tiles_send(
	struct shot_tiles *tiles, struct shot_source *source, const struct shot_attachment *into);

/* Read the replies that have arrived, without blocking. Waiting until all are read. Done: each has
 * width * height * 4 bytes of bgrx from its offset on. Failed: the first one's error is `err`:
 * EGEOMETRY (the rectangle leaves the surface), EGONE (the surface is gone), ELOST, or the server's
 * refusal. The attachment reports a refused attach. */
enum shot_poll shot_tiles_poll(struct shot_tiles *tiles, struct shot_source *source,
	const struct shot_attachment *into, struct shot_error *err);

/* Cancel the tiles: make their polls end soon. Poll them until none is awaited. */
void shot_tiles_cancel(struct shot_tiles *tiles, struct shot_source *source);

/* Whether replies are still to come. */
bool shot_tiles_are_awaited(const struct shot_tiles *tiles);

#endif
