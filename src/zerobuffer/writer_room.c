#include "zerobuffer/writer_room.h"

#include <inttypes.h>

bool zb_room_admits(const struct zb_object *object, uint64_t size, struct shot_error *err)
{
	uint64_t capacity = zb_ring_capacity(object->geometry.payload_size);
	if (size == 0) {
		return shot_fail(err, "EFRAMESIZE", "a frame has 1 byte or more");
	}
	return size <= capacity ||
	       shot_fail(err, "EFRAMETOOLARGE",
		       "a frame of %" PRIu64 " bytes is larger than the %" PRIu64
		       " that the ring %s can hold",
		       size, capacity, object->name.text);
}

bool zb_room_is_held(const struct zb_room *room, const struct zb_object *object)
{
	struct shot_error ignored;
	uint64_t unread = 0;
	return zb_mark_unread(&room->mark, object, &unread, &ignored) &&
	       zb_load(&object->oieb->payload_free_bytes) < object->geometry.payload_size - unread;
}

void zb_room_drain(struct zb_room *room, struct zb_object *object)
{
	room->woken += zb_semaphore_drain(&object->space);
}

bool zb_room_measure(struct zb_room *room, struct zb_object *object, struct shot_error *err)
{
	uint64_t *field = &object->oieb->payload_free_bytes;
	uint64_t size = object->geometry.payload_size, unread = 0;
	/* The order matters: a frame is read before it is given back. */
	zb_room_drain(room, object);
	uint64_t vacant = zb_load(field);
	uint32_t tokens = room->woken;
	room->woken = 0;
	if (!zb_mark_unread(&room->mark, object, &unread, err)) {
		return false;
	}
	uint64_t most = size - unread;
	if (vacant > size && unread < size) { /* a smaller value may be a wrap that is given back
						 before it is read */
		__atomic_compare_exchange_n(
			field, &vacant, most, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	}
	vacant = vacant < most ? vacant : most;
	uint64_t out = zb_ledger_settle(&room->ledger, object->ring, size, unread, tokens);
	room->bytes = vacant < size - out ? vacant : size - out;
	return true;
}

bool zb_room_resume(struct zb_room *room, struct zb_object *object, struct shot_error *err)
{
	bool is_new;
	if (!zb_mark_resume(&room->mark, object, &is_new, err)) {
		return false;
	}
	if (is_new) {
		zb_semaphore_drain(&object->space);
		zb_ledger_begin(&room->ledger);
	}
	return zb_room_measure(room, object, err);
}

/* Moves both sides of a drained ring to its start. Until the writer's position is 0, an empty
 * header there tells that the writer has not come so far; it may have been killed. */
static void rewind_ring(struct zb_room *room, struct zb_object *object)
{
	zb_header_write(object->ring, 0, 0);
	zb_store(&object->oieb->payload_read_pos, 0);
	zb_store(&object->oieb->payload_write_pos, 0);
	zb_ledger_rewind(&room->ledger);
}

/* The order matters: a reader may look at any moment. */
uint64_t zb_room_publish(struct zb_room *room, struct zb_object *object,
	const struct zb_place *place, uint64_t length)
{
	struct zb_oieb *oieb = object->oieb;
	uint64_t taken = place->skip + sizeof(struct zb_header) + length;
	if (place->rewind) {
		rewind_ring(room, object);
	}
	if (place->skip) {
		zb_header_write(object->ring + room->mark.position, 0, 0);
		room->mark.written_count++;
	}
	zb_header_write(object->ring + place->position, length, ++room->sequence);
	room->mark.position =
		zb_ring_behind(object->geometry.payload_size, place->position, length);
	room->mark.written_count++;
	room->bytes -= taken;
	zb_ledger_add(&room->ledger, taken);
	zb_store(&oieb->payload_write_pos, room->mark.position);
	__atomic_fetch_sub(&oieb->payload_free_bytes, taken, __ATOMIC_ACQ_REL);
	zb_store(&oieb->payload_written_count, room->mark.written_count);
	zb_semaphore_post(&object->data, 1);
	return room->sequence;
}
