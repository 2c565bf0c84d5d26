/* The place of one frame in a ring, before it is written. A writer has at most one that is open. */
#ifndef ZB_RESERVATION_H
#define ZB_RESERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/owner.h"
#include "zerobuffer/ring.h"

struct zb_writer;

struct zb_reservation {
	struct shot_owner owner; /* first; one reference is the caller's of zb_writer_reserve */
	uint8_t *data;		 /* in the ring */
	uint64_t size;

	/* The writer's. */
	struct zb_writer *writer;
	struct zb_place place;
};

/* Publish the frame as it stands now; `*sequence` (or NULL) receives its number. The memory is the
 * reader's from then on; the caller still drops its reference. EINVAL when it has been committed;
 * ECLOSED, EREADERDEAD, ECORRUPT. */
bool zb_reservation_commit(
	struct zb_reservation *reservation, uint64_t *sequence, struct shot_error *err);

/* Give it up and drop the caller's reference. The writer is free for the next frame once nobody
 * else holds one: a capture that is in flight still writes there. */
static inline void zb_reservation_abort(struct zb_reservation *reservation)
{
	shot_owner_unref(&reservation->owner);
}

/* Where the data lies, in bytes from the start of the shared memory. */
uint64_t zb_reservation_offset(const struct zb_reservation *reservation);

#endif
