#include "zerobuffer/writer_mark.h"

#include <inttypes.h>

#include "zerobuffer/ring.h"

static bool fail_corrupt(
	const struct zb_object *object, struct shot_error *err, const char *what, uint64_t value)
{
	return shot_fail(err, "ECORRUPT", "the ring %s is corrupt: %s %" PRIu64, object->name.text,
		what, value);
}

bool zb_mark_unread(const struct zb_mark *mark, const struct zb_object *object, uint64_t *unread,
	struct shot_error *err)
{
	const struct zb_oieb *oieb = object->oieb;
	uint64_t size = object->geometry.payload_size;
	uint64_t position = zb_load(&oieb->payload_read_pos);
	if (position > size) {
		return fail_corrupt(object, err, "its read position is", position);
	}
	position = position == size ? 0 : position;
	*unread = zb_ring_distance(size, position, mark->position);
	if (*unread == 0 && zb_load(&oieb->payload_read_count) < mark->written_count) {
		*unread = size;
	}
	return true;
}

/* Counts the entries from the reader's position to the writer's, which must be `unread` bytes long;
 * false when they are not. */
static bool count_unread(
	const struct zb_object *object, uint64_t position, uint64_t unread, uint64_t *entries)
{
	uint64_t size = object->geometry.payload_size;
	*entries = 0;
	while (unread > 0) {
		uint64_t tail = size - position, length = tail;
		struct zb_header header = {0};
		if (tail >= sizeof header) {
			header = zb_header_read(object->ring + position);
			++*entries;
		}
		if (header.length > 0) {
			length = sizeof header + header.length;
		}
		if (header.length > tail || length > tail || length > unread) {
			return false;
		}
		unread -= length;
		position = length == tail ? 0 : position + length;
	}
	return true;
}

/* Returns the reader's position, after restoring it if a killed writer has moved it in vain. */
static uint64_t undo_rewind(const struct zb_mark *mark, const struct zb_object *object)
{
	uint64_t *field = &object->oieb->payload_read_pos, position = zb_load(field);
	if (position == 0 && mark->position != 0 && zb_header_read(object->ring).length == 0) {
		position = mark->position;
		zb_store(field, position);
	}
	return position;
}

bool zb_mark_resume(
	struct zb_mark *mark, const struct zb_object *object, bool *is_new, struct shot_error *err)
{
	struct zb_oieb *oieb = object->oieb;
	uint64_t size = object->geometry.payload_size, unread = 0, entries;
	mark->position = zb_load(&oieb->payload_write_pos);
	mark->written_count = zb_load(&oieb->payload_written_count);
	if (mark->position > size) {
		return fail_corrupt(object, err, "its write position is", mark->position);
	}
	mark->position = mark->position == size ? 0 : mark->position;
	uint64_t vacant = zb_load(&oieb->payload_free_bytes);
	uint64_t read_count = zb_load(&oieb->payload_read_count);
	uint64_t position = undo_rewind(mark, object);
	if (!zb_mark_unread(mark, object, &unread, err)) {
		return false;
	}
	*is_new = mark->written_count == 0 && mark->position == 0 && vacant == size;
	if (*is_new) {
		return true;
	}
	/* No item is that small: the last writer was killed in a wrap after a tail of that size. */
	if (unread == 0 && vacant < size && size - vacant < sizeof(struct zb_header)) {
		__atomic_compare_exchange_n(&oieb->payload_free_bytes, &vacant, size, false,
			__ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	}
	position = position == size ? 0 : position;
	bool known = count_unread(object, position, unread, &entries);
	if (unread == size && (!known || vacant >= size)) { /* not full: the counts have drifted */
		known = count_unread(object, position, 0, &entries);
	}
	if (known) {
		mark->written_count = read_count + entries;
	}
	return true;
}
