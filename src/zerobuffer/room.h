/* Room for the next frame of a writer. */
#ifndef ZB_ROOM_H
#define ZB_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "zerobuffer/ring.h"

struct zb_writer;

/* Find the place of a frame of `size` bytes, and wait until it is free, with the writer's lock,
 * which is let go while it sleeps. What the reader says of itself is believed as far as it agrees
 * with its position. Errors: see zb_writer_write. */
bool zb_room_find(struct zb_writer *writer, uint64_t size, unsigned align, int64_t deadline,
	struct zb_place *place, struct shot_error *err);

#endif
