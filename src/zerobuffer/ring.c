#include "zerobuffer/ring.h"

#include <assert.h>

#define HEADER sizeof(struct zb_header)

static bool is_short(uint64_t tail)
{
	return tail > 0 && tail < HEADER;
}

struct zb_place zb_ring_place(uint64_t size, uint64_t position, uint64_t length, uint64_t align)
{
	assert(position < size && length > 0 && length <= zb_ring_capacity(size));
	assert(align > 0 && align <= ZB_ALIGN_MAX && (align & (align - 1)) == 0);
	uint64_t total = HEADER + length;
	uint64_t tail = size - position;
	bool aligned = ((position + HEADER) & (align - 1)) == 0;
	if (aligned && total <= tail && (position == 0 || !is_short(tail - total))) {
		return (struct zb_place){.position = position, .need = total};
	}
	/* At 0 the frame must not reach into the tail that the marker skips. */
	if (tail >= HEADER && tail + total <= size) {
		return (struct zb_place){.skip = tail, .need = tail + total};
	}
	return (struct zb_place){.need = size, .rewind = true};
}

uint64_t zb_ring_behind(uint64_t size, uint64_t position, uint64_t length)
{
	assert(position < size && HEADER + length <= size - position);
	uint64_t end = position + HEADER + length;
	return end == size ? 0 : end;
}

enum zb_found zb_ring_find(
	uint64_t size, uint64_t position, uint64_t unread, const struct zb_header *header)
{
	uint64_t tail = size - position;
	if (header->length == 0) {
		if (position == 0) {
			return ZB_FOUND_EMPTY;
		}
		if (unread == tail) {
			return ZB_FOUND_HALF;
		}
		return unread > tail + HEADER ? ZB_FOUND_WRAP : ZB_FOUND_EMPTY;
	}
	uint64_t room = tail < unread ? tail : unread;
	return room < HEADER || header->length > room - HEADER ? ZB_FOUND_LONG : ZB_FOUND_FRAME;
}

uint64_t zb_ring_distance(uint64_t size, uint64_t reader, uint64_t writer)
{
	return writer >= reader ? writer - reader : size - reader + writer;
}
