#include "zerobuffer/cursor.h"

#include <inttypes.h>

#include "zerobuffer/ring.h"

#define HEADER sizeof(struct zb_header)

static bool corrupt(
	const struct zb_object *object, struct shot_error *err, const char *what, uint64_t value)
{
	return shot_fail(err, "ECORRUPT", "the ring %s is corrupt: %s %" PRIu64, object->name.text,
		what, value);
}

/* The bytes that have been written and not read. Held bytes are ours, so they are known. */
static bool measure(struct zb_cursor *cursor, const struct zb_object *object, uint64_t *unread,
	struct shot_error *err)
{
	uint64_t most = object->geometry.payload_size - cursor->held;
	uint64_t vacant = zb_load(&object->oieb->payload_free_bytes);
	*unread = most - vacant;
	return vacant <= most || corrupt(object, err, "it claims free bytes of", vacant);
}

/* A writer sets the position to 0 when everything has been given back; nobody else moves it. */
static bool follow_rewind(
	struct zb_cursor *cursor, const struct zb_object *object, struct shot_error *err)
{
	uint64_t position = zb_load(&object->oieb->payload_read_pos);
	if (position == cursor->position) {
		return true;
	}
	if (position != 0 || cursor->held) {
		return corrupt(object, err, "its read position was moved to", position);
	}
	cursor->position = 0;
	return true;
}

static enum zb_look find(struct zb_cursor *cursor, const struct zb_object *object,
	struct zb_next *next, struct shot_error *err)
{
	uint64_t size = object->geometry.payload_size, unread;
	if (!measure(cursor, object, &unread, err)) {
		return ZB_LOOK_FAULT;
	}
	if (unread == 0) {
		return ZB_LOOK_NOTHING;
	}
	if (!follow_rewind(cursor, object, err)) {
		return ZB_LOOK_FAULT;
	}
	*next = (struct zb_next){.position = cursor->position};
	uint64_t tail = size - cursor->position;
	if (tail < HEADER) { /* too short for a marker: other writers just go on at 0 */
		if (unread <= tail) {
			return ZB_LOOK_NOTHING;
		}
		*next = (struct zb_next){.skip = tail};
	}
	next->header = zb_header_read(object->ring + next->position);
	enum zb_found found =
		zb_ring_find(size, next->position, unread - next->skip, &next->header);
	if (found == ZB_FOUND_WRAP) {
		*next = (struct zb_next){.skip = tail, .markers = 1};
		next->header = zb_header_read(object->ring);
		found = zb_ring_find(size, 0, unread - tail, &next->header);
	}
	if (found == ZB_FOUND_EMPTY) {
		shot_fail(err, "EFRAMESIZE",
			"the ring %s is corrupt: a frame at %" PRIu64 " has a size of 0",
			object->name.text, next->position);
		return ZB_LOOK_FAULT;
	}
	if (found == ZB_FOUND_LONG) {
		corrupt(object, err, "a frame has an impossible size of", next->header.length);
		return ZB_LOOK_FAULT;
	}
	return found == ZB_FOUND_HALF ? ZB_LOOK_NOTHING : ZB_LOOK_FRAME;
}

/* A new writer starts at 1 again. After a gap the stream goes on with what came. */
static bool check_sequence(struct zb_cursor *cursor, const struct zb_object *object,
	uint64_t sequence, struct shot_error *err)
{
	uint64_t expected = cursor->sequence + 1;
	if (sequence == expected || sequence == 1) {
		return true;
	}
	cursor->sequence = sequence - 1;
	return shot_fail(err, "ESEQUENCE", "the ring %s: expected frame %" PRIu64 ", got %" PRIu64,
		object->name.text, expected, sequence);
}

enum zb_look zb_cursor_look(struct zb_cursor *cursor, const struct zb_object *object,
	struct zb_next *next, struct shot_error *err)
{
	enum zb_look look = find(cursor, object, next, err);
	if (shot_segment_is_corrupt(&object->segment)) {
		shot_fail(err, "ECORRUPT", "the ring %s has been truncated", object->name.text);
		return ZB_LOOK_FAULT;
	}
	if (look == ZB_LOOK_FRAME && !check_sequence(cursor, object, next->header.sequence, err)) {
		return ZB_LOOK_FAULT;
	}
	return look;
}

uint64_t zb_cursor_take(
	struct zb_cursor *cursor, const struct zb_object *object, const struct zb_next *next)
{
	uint64_t credit = next->skip + HEADER + next->header.length;
	cursor->held += credit;
	cursor->sequence = next->header.sequence;
	cursor->position =
		zb_ring_behind(object->geometry.payload_size, next->position, next->header.length);
	cursor->read_count += 1 + next->markers;
	zb_store(&object->oieb->payload_read_pos, cursor->position);
	zb_store(&object->oieb->payload_read_count, cursor->read_count);
	return credit;
}

void zb_cursor_give(struct zb_cursor *cursor, const struct zb_object *object, uint64_t credit)
{
	cursor->held -= credit;
	__atomic_fetch_add(&object->oieb->payload_free_bytes, credit, __ATOMIC_ACQ_REL);
}
