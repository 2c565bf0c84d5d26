#include "zerobuffer/cursor.h"

#include <inttypes.h>

#include "zerobuffer/ring.h"

#define HEADER sizeof(struct zb_header)

/* Whether stores of another processor become visible in their order. If they do not, and a writer
 * stores its position as plain memory, the free bytes, which it changes atomically after that, show
 * that a frame is whole. */
#if defined(__x86_64__)
#define STORES_IN_ORDER true
#else
#define STORES_IN_ORDER false
#endif

static bool corrupt(
	const struct zb_object *object, struct shot_error *err, const char *what, uint64_t value)
{
	return shot_fail(err, "ECORRUPT", "the ring %s is corrupt: %s %" PRIu64, object->name.text,
		what, value);
}

static uint64_t load_position(const struct zb_object *object, const uint64_t *field)
{
	uint64_t position = zb_load(field);
	return position == object->geometry.payload_size ? 0 : position;
}

/* Python's writer refuses to wrap to a position of 0, and fails. After a frame that ends on the
 * last byte, the position is therefore the ring's size. */
static void store_position(const struct zb_cursor *cursor, const struct zb_object *object)
{
	uint64_t size = object->geometry.payload_size;
	zb_store(&object->oieb->payload_read_pos, cursor->position ? cursor->position : size);
}

/* Loads the writer's position, and follows the writer when it has set both positions to 0. A writer
 * does that when everything has been given back; no other side moves the reader's position. */
static bool follow(struct zb_cursor *cursor, const struct zb_object *object, uint64_t *written,
	struct shot_error *err)
{
	const struct zb_oieb *oieb = object->oieb;
	*written = load_position(object, &oieb->payload_write_pos);
	uint64_t position = load_position(object, &oieb->payload_read_pos);
	if (position == cursor->position) {
		return true;
	}
	if (position != 0 || cursor->held) {
		return corrupt(object, err, "its read position was moved to", position);
	}
	const struct zb_header *first = (const void *)object->ring;
	bool is_half =
		*written != 0 && zb_load(&first->length) == 0; /* before the position below */
	if (!is_half) {
		cursor->position = 0;
		*written = load_position(object, &oieb->payload_write_pos);
	} else if (*written != cursor->position) {
		/* That writer was killed, and another one has written since. */
		store_position(cursor, object);
	}
	return true;
}

/* Whether frames with the next numbers follow each other all the way round the ring. */
static bool leads_round(const struct zb_cursor *cursor, const struct zb_object *object)
{
	uint64_t size = object->geometry.payload_size, position = cursor->position, left = size;
	uint64_t sequence = cursor->sequence + 1;
	while (left > 0) {
		uint64_t tail = size - position, length = tail;
		struct zb_header header = {0};
		if (tail >= HEADER) {
			header = zb_header_read(object->ring + position);
		}
		if (header.length > 0) {
			if (header.sequence != sequence || header.length > tail - HEADER) {
				return false;
			}
			length = HEADER + header.length;
			sequence++;
		} else if (position == 0) {
			return false;
		}
		if (length > left) {
			return false;
		}
		left -= length;
		position = length == tail ? 0 : position + length;
	}
	return true;
}

/* Decides when the positions are equal and the counts are not: the ring is full, or the writer's
 * count has drifted, and then the writer may be writing a frame. */
static bool is_full(
	struct zb_cursor *cursor, const struct zb_object *object, bool settled, uint64_t count)
{
	uint64_t size = object->geometry.payload_size;
	uint64_t vacant = zb_load(&object->oieb->payload_free_bytes);
	if (cursor->held || vacant == 0) {
		return !cursor->held;
	}
	bool leads = leads_round(cursor, object);
	if (vacant < size) {
		return settled && leads;
	}
	/* Python counts a wrap before it writes the frame, C# the frame before it takes the bytes:
	 * the frame is whole when they are taken. Without a frame make the counts agree again; a
	 * count below the reader's is that of a writer which is about to count what was read. */
	if (!leads && count > cursor->read_count) {
		cursor->read_count = count;
		zb_store(&object->oieb->payload_read_count, count);
	}
	return false;
}

/* Measures the bytes that have been written and not read. */
static bool measure(struct zb_cursor *cursor, const struct zb_object *object, bool settled,
	struct shot_error *err)
{
	const struct zb_oieb *oieb = object->oieb;
	uint64_t size = object->geometry.payload_size, written;
	cursor->unread = 0;
	if (!follow(cursor, object, &written, err)) {
		return false;
	}
	if (written == cursor->position) {
		uint64_t count = zb_load(&oieb->payload_written_count);
		if (count == cursor->read_count) {
			return true;
		}
		/* A count that is new makes the position visible that belongs to it. */
		if (!follow(cursor, object, &written, err)) {
			return false;
		}
		if (written == cursor->position) {
			cursor->unread = is_full(cursor, object, settled, count) ? size : 0;
			return true;
		}
	}
	if (written > size) {
		return corrupt(object, err, "its write position is", written);
	}
	cursor->unread = zb_ring_distance(size, cursor->position, written);
	if (cursor->unread > size - cursor->held) {
		return corrupt(object, err, "it was written over what is held, up to", written);
	}
	if (!STORES_IN_ORDER && !settled &&
		zb_load(&oieb->payload_free_bytes) > size - cursor->held - cursor->unread) {
		cursor->unread = 0;
	}
	return true;
}

static enum zb_look find(struct zb_cursor *cursor, const struct zb_object *object, bool settled,
	struct zb_next *next, struct shot_error *err)
{
	/* The positions are asked for only when all that they told is read: the writer changes
	 * their memory with every frame, and fetching it from the writer's processor takes time. */
	if (cursor->unread == 0 && !measure(cursor, object, settled, err)) {
		return ZB_LOOK_FAULT;
	}
	uint64_t size = object->geometry.payload_size, unread = cursor->unread;
	if (unread == 0) {
		return ZB_LOOK_NOTHING;
	}
	*next = (struct zb_next){.position = cursor->position};
	uint64_t tail = size - cursor->position;
	if (tail < HEADER) { /* too short for a marker: other writers continue at 0 without one */
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

/* A new writer starts at 1 again. After a gap the stream continues with the frame that arrived. */
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

enum zb_look zb_cursor_look(struct zb_cursor *cursor, const struct zb_object *object, bool settled,
	struct zb_next *next, struct shot_error *err)
{
	enum zb_look look = find(cursor, object, settled, next, err);
	if (shot_segment_is_corrupt(&object->segment)) {
		shot_fail(err, "ECORRUPT", "the ring %s has been truncated", object->name.text);
		return ZB_LOOK_FAULT;
	}
	if (look != ZB_LOOK_FRAME) {
		cursor->unread = 0;
	} else if (!check_sequence(cursor, object, next->header.sequence, err)) {
		return ZB_LOOK_FAULT;
	}
	return look;
}

uint64_t zb_cursor_take(
	struct zb_cursor *cursor, const struct zb_object *object, const struct zb_next *next)
{
	uint64_t credit = next->skip + HEADER + next->header.length;
	cursor->held += credit;
	cursor->unread -= credit;
	cursor->sequence = next->header.sequence;
	cursor->writer = zb_load(&object->oieb->writer_pid);
	cursor->position =
		zb_ring_behind(object->geometry.payload_size, next->position, next->header.length);
	cursor->read_count += 1 + next->markers;
	store_position(cursor, object);
	zb_store(&object->oieb->payload_read_count, cursor->read_count);
	return credit;
}

static bool is_drained(const struct zb_cursor *cursor, const struct zb_object *object)
{
	return cursor->held == 0 &&
	       load_position(object, &object->oieb->payload_write_pos) == cursor->position;
}

/* This fails when the writer has begun the next frame. */
static bool replace_vacant(const struct zb_object *object, uint64_t vacant, uint64_t right)
{
	return __atomic_compare_exchange_n(&object->oieb->payload_free_bytes, &vacant, right, false,
		__ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* Whether a writer that is stopped in a frame may have taken the missing bytes. */
static bool may_be_amid(
	const struct zb_cursor *cursor, const struct zb_object *object, uint64_t vacant)
{
	return (vacant == 0 || vacant == cursor->position || leads_round(cursor, object)) &&
	       !zb_semaphore_has_waiters(&object->space) &&
	       (cursor->writer == 0 || zb_load(&object->oieb->writer_pid) == cursor->writer);
}

bool zb_cursor_settle(struct zb_cursor *cursor, const struct zb_object *object)
{
	struct zb_oieb *oieb = object->oieb;
	uint64_t size = object->geometry.payload_size;
	uint64_t vacant = zb_load(&oieb->payload_free_bytes);
	uint64_t count = zb_load(&oieb->payload_written_count);
	bool wrong = is_drained(cursor, object) && !may_be_amid(cursor, object, vacant) &&
		     (vacant != size || count != cursor->read_count);
	bool again = wrong && cursor->doubted && cursor->doubted_vacant == vacant &&
		     cursor->doubted_count == count;
	cursor->doubted = wrong;
	cursor->doubted_vacant = vacant;
	cursor->doubted_count = count;
	if (!again || !replace_vacant(object, vacant, size)) {
		return false;
	}
	cursor->read_count = count;
	zb_store(&oieb->payload_read_count, count);
	return true;
}

void zb_cursor_give(struct zb_cursor *cursor, const struct zb_object *object, uint64_t credit)
{
	cursor->held -= credit;
	uint64_t vacant =
		__atomic_add_fetch(&object->oieb->payload_free_bytes, credit, __ATOMIC_ACQ_REL);
	/* When all is given back, all must be free. Two states cannot be distinguished from a
	 * mistake here: a writer that is about to wrap has taken the tail but not moved yet, and
	 * the free bytes exceed the ring when a frame was read before its writer had taken the
	 * bytes. */
	if (vacant < object->geometry.payload_size && vacant != cursor->position &&
		is_drained(cursor, object) &&
		zb_load(&object->oieb->payload_written_count) == cursor->read_count) {
		replace_vacant(object, vacant, object->geometry.payload_size);
	}
}

void zb_cursor_mend(struct zb_cursor *cursor, const struct zb_object *object)
{
	struct zb_oieb *oieb = object->oieb;
	uint64_t size = object->geometry.payload_size;
	uint64_t count = zb_load(&oieb->payload_written_count);
	uint64_t vacant = zb_load(&oieb->payload_free_bytes);
	uint64_t written = load_position(object, &oieb->payload_write_pos);
	if (written != cursor->position) {
		if (written != 0) {
			return;
		}
		cursor->position = 0; /* the writer has wrapped, and written no frame there */
	}
	store_position(cursor, object);
	cursor->read_count = count;
	zb_store(&oieb->payload_read_count, count);
	replace_vacant(object, vacant, size - cursor->held);
}
