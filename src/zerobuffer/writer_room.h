/* The room in a ring as its writer sees it: the place of the next frame, the bytes that are surely
 * free, and the steps in which a frame enters the ring. The caller holds the writer's lock. */
#ifndef ZB_WRITER_ROOM_H
#define ZB_WRITER_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "zerobuffer/ledger.h"
#include "zerobuffer/object.h"
#include "zerobuffer/ring.h"
#include "zerobuffer/writer_mark.h"

struct zb_room {
	struct zb_mark mark;
	struct zb_ledger ledger;
	uint64_t bytes;	   /* surely free; the reader only adds to them */
	uint64_t sequence; /* of the last frame */
	uint32_t woken;	   /* tokens of the reader that were taken and not yet measured */
};

/* Begin where the last writer stopped, with a room of zeros. ECORRUPT. */
bool zb_room_resume(struct zb_room *room, struct zb_object *object, struct shot_error *err);

/* Whether the ring can ever hold a frame of `size` bytes. EFRAMESIZE, EFRAMETOOLARGE. */
bool zb_room_admits(const struct zb_object *object, uint64_t size, struct shot_error *err);

/* Whether the reader has read frames that it has not given back. */
bool zb_room_is_held(const struct zb_room *room, const struct zb_object *object);

/* Measure the bytes that may be written: all but those not read or not given back. A larger number
 * of free bytes is a mistake of the reader, and is corrected. ECORRUPT. */
bool zb_room_measure(struct zb_room *room, struct zb_object *object, struct shot_error *err);

/* Take the tokens of the reader, for the next measurement. */
void zb_room_drain(struct zb_room *room, struct zb_object *object);

/* Publish the `length` bytes of data in their place, which has room, as a frame. Returns its
 * sequence number. */
uint64_t zb_room_publish(struct zb_room *room, struct zb_object *object,
	const struct zb_place *place, uint64_t length);

#endif
