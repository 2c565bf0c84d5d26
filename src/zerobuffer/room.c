#define _GNU_SOURCE
#include "zerobuffer/room.h"

#include <inttypes.h>

#include "base/clock.h"
#include "zerobuffer/presence.h"
#include "zerobuffer/reservation.h"
#include "zerobuffer/writing.h"

#define UPKEEP 256 /* frames, or so many times 256 bytes, between two upkeeps */

/* The bytes that may be written. A reader's credit is not believed where its position contradicts
 * it: what it has not read is not free. */
static bool measure(struct zb_writer *writer, uint64_t *vacant, struct shot_error *err)
{
	struct zb_oieb *oieb = writer->object.oieb;
	uint64_t size = writer->object.geometry.payload_size;
	uint64_t claimed = zb_load(&oieb->payload_free_bytes);
	uint64_t position = zb_load(&oieb->payload_read_pos);
	if (claimed > size) {
		return zb_writer_fail_corrupt(writer, err, "it claims free bytes of", claimed);
	}
	if (position > size) {
		return zb_writer_fail_corrupt(writer, err, "its read position is", position);
	}
	position = position == size ? 0 : position;
	uint64_t most = size - zb_ring_distance(size, position, writer->position);
	*vacant = claimed < most ? claimed : most;
	return true;
}

static bool fits(const struct zb_writer *writer, const struct zb_place *place, uint64_t vacant)
{
	const struct zb_oieb *oieb = writer->object.oieb;
	return vacant >= place->need &&
	       (!place->rewind || zb_load(&oieb->payload_read_count) == writer->written_count);
}

/* Wait for a token of the reader, or for the time to look again; the lock is let go meanwhile. */
static bool wait_space(struct zb_writer *writer, int64_t deadline, struct shot_error *err)
{
	writer->waiting++;
	pthread_mutex_unlock(&writer->lock);
	enum zb_wait wait = zb_semaphore_wait(&writer->object.space, deadline);
	pthread_mutex_lock(&writer->lock);
	if (--writer->waiting == 0) {
		pthread_cond_broadcast(&writer->changed);
	}
	return wait != ZB_WAIT_SIGNAL ||
	       shot_fail(err, "EINTR", "a signal came while waiting for space in the ring %s",
		       writer->object.name.text);
}

/* Find the place of a frame and wait until it is free. */
static bool find_place(struct zb_writer *writer, uint64_t length, unsigned align, int64_t deadline,
	struct zb_place *place, struct shot_error *err)
{
	uint64_t size = writer->object.geometry.payload_size;
	for (;;) {
		uint64_t vacant = 0;
		if (!zb_writer_check(writer, err) || !measure(writer, &vacant, err)) {
			return false;
		}
		if (writer->open) {
			return shot_fail(err, "EBUSY",
				"a reservation of %" PRIu64 " bytes in the ring %s is open",
				writer->open->size, writer->object.name.text);
		}
		*place = zb_ring_place(size, writer->position, length, align);
		if (fits(writer, place, vacant)) {
			return true;
		}
		if (zb_semaphore_try(&writer->object.space) && shot_clock_ns() < deadline) {
			continue;
		}
		int64_t now = shot_clock_ns();
		if (now >= writer->next_check && !zb_writer_reader_lives(writer)) {
			return zb_writer_fail_reader(writer, err);
		}
		if (now >= deadline) {
			return shot_fail(err, "EBUFFERFULL",
				"the ring %s has %" PRIu64 " of %" PRIu64
				" bytes free, a frame of %" PRIu64 " needs %" PRIu64,
				writer->object.name.text, vacant, size, length, place->need);
		}
		writer->next_check = now + ZB_CHECK_NS;
		int64_t pause = writer->next_check < deadline ? writer->next_check : deadline;
		if (!wait_space(writer, pause, err)) {
			return false;
		}
		writer->next_check = 0; /* having slept, a look costs nothing */
	}
}

/* Readers post a token for each frame, which nobody takes while there is space; and a reader that
 * was killed is not missed while there is space. Both cost less than copying a large frame. */
static bool upkeep(struct zb_writer *writer, uint64_t size, struct shot_error *err)
{
	writer->work += 1 + size / 256;
	if (writer->work < UPKEEP) {
		return true;
	}
	writer->work = 0;
	for (int i = 0; i < 2 * UPKEEP && zb_semaphore_try(&writer->object.space); i++) {
	}
	return zb_writer_reader_lives(writer) || zb_writer_fail_reader(writer, err);
}

bool zb_room_find(struct zb_writer *writer, uint64_t size, unsigned align, int64_t deadline,
	struct zb_place *place, struct shot_error *err)
{
	uint64_t capacity = zb_ring_capacity(writer->object.geometry.payload_size);
	if (size == 0) {
		return shot_fail(err, "EFRAMESIZE", "a frame has 1 byte or more");
	}
	if (size > capacity) {
		return shot_fail(err, "EFRAMETOOLARGE",
			"a frame of %" PRIu64 " bytes is larger than the %" PRIu64
			" that the ring %s can hold",
			size, capacity, writer->object.name.text);
	}
	return upkeep(writer, size, err) && find_place(writer, size, align, deadline, place, err);
}
