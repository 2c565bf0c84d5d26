/* The places of a ring's frames: arithmetic on positions, without memory or system calls.
 *
 * A frame is contiguous. One that does not fit before the end of the ring goes to its start, behind
 * a wrap marker, and the tail stays unused. A tail of 1 to 15 bytes, too short for a marker, breaks
 * the readers of other implementations, so the placement avoids such a tail after a frame. If it
 * cannot, the ring is drained and rewound before the next frame. */
#ifndef ZB_RING_H
#define ZB_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "zerobuffer/layout.h"

/* The largest alignment that a caller can request for a frame's data: that of the ring's first
 * frame. */
#define ZB_ALIGN_MAX 16

/* The most data bytes that one frame of a ring of `size` bytes can have. */
static inline uint64_t zb_ring_capacity(uint64_t size)
{
	return size - sizeof(struct zb_header);
}

struct zb_place {
	uint64_t position; /* of the header */
	uint64_t skip;	   /* bytes of the tail that a marker skips first; 0 = no marker */
	uint64_t need;	   /* free bytes that the frame takes, at most the ring's size */
	bool rewind;	   /* the ring must drain first, and both positions become 0 */
};

/* The place of a frame of `length` data bytes (1 to the capacity) when the writer is at `position`
 * (less than `size`). The data's offset in the ring is a multiple of `align` (a power of two up to
 * ZB_ALIGN_MAX). */
struct zb_place zb_ring_place(uint64_t size, uint64_t position, uint64_t length, uint64_t align);

/* The position behind a frame, less than `size`. */
uint64_t zb_ring_behind(uint64_t size, uint64_t position, uint64_t length);

enum zb_found {
	ZB_FOUND_FRAME,
	ZB_FOUND_WRAP,	/* marker: continue at 0 */
	ZB_FOUND_HALF,	/* marker, and the frame after it is not written yet */
	ZB_FOUND_EMPTY, /* length 0 where a marker is impossible: corrupt */
	ZB_FOUND_LONG,	/* longer than the rest of the ring or than the written bytes: corrupt */
};

/* Classify a header that was read at `position`, which leaves room for one, when `unread` bytes are
 * written from there on. */
enum zb_found zb_ring_find(
	uint64_t size, uint64_t position, uint64_t unread, const struct zb_header *header);

/* Bytes from `reader` to `writer` (each less than `size`), the way round; 0 when they are equal. */
uint64_t zb_ring_distance(uint64_t size, uint64_t reader, uint64_t writer);

#endif
