#include "zerobuffer/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fork.h"
#include "zerobuffer/metadata.h"
#include "zerobuffer/object.h"
#include "zerobuffer/writer_claim.h"
#include "zerobuffer/writer_room.h"

/* The number of frames, or of UNIT bytes, between two checks of the reader while there is room. The
 * system call costs a tenth of copying 64 KiB. */
#define UPKEEP 256
#define UNIT 4096

struct zb_writer {
	struct shot_owner owner; /* the handle and the reservations hold one reference each */
	pthread_mutex_t lock;	 /* all below */
	pthread_cond_t changed;	 /* `waiting` has become 0 */
	struct zb_object object;
	int claim; /* zerobuffer/writer_claim.h */
	struct zb_peer reader;
	int64_t next_check;

	struct zb_room room;
	uint64_t work;		     /* since the last upkeep */
	struct zb_reservation *open; /* not committed, and still referenced */
	unsigned waiting;	     /* threads in wait_space */
	bool orphaned, closed;
	unsigned generation; /* of the process, base/fork.h */
};

/* Gives up the writer's place in the ring, except in a child of the process that took it. */
static void drop_claim(struct zb_writer *writer)
{
	if (writer->generation == shot_fork_generation()) {
		zb_claim_drop(&writer->object, writer->claim);
	}
}

static bool fail_reader(const struct zb_writer *writer, struct shot_error *err)
{
	return shot_fail(
		err, "EREADERDEAD", "the reader of the ring %s is gone", writer->object.name.text);
}

/* Checks for a reader by loads alone. ECLOSED, ECORRUPT, EREADERDEAD. In a truncated ring the
 * reader's pid reads as 0. */
static bool check(struct zb_writer *writer, struct shot_error *err)
{
	const char *name = writer->object.name.text;
	bool is_left = zb_load(&writer->object.oieb->reader_pid) == 0;
	if (writer->closed) {
		return shot_fail(err, "ECLOSED", "the writer of the ring %s is closed", name);
	}
	if (shot_segment_is_corrupt(&writer->object.segment)) {
		return shot_fail(err, "ECORRUPT", "the ring %s has been truncated", name);
	}
	writer->orphaned = writer->orphaned || is_left;
	return !writer->orphaned || fail_reader(writer, err);
}

/* Whether the reader's process lives. A reader that is gone does not come back: the next one makes
 * a new ring. */
static bool reader_lives(struct zb_writer *writer)
{
	uint64_t pid = zb_load(&writer->object.oieb->reader_pid);
	writer->orphaned = writer->orphaned || zb_peer_check(&writer->reader, pid,
						       &writer->object.identity) != ZB_LIFE_ALIVE;
	return !writer->orphaned;
}

/* The address of a frame's data at this place. */
static uint8_t *data_at(const struct zb_writer *writer, const struct zb_place *place)
{
	return writer->object.ring + place->position + sizeof(struct zb_header);
}

/* Waits, without the lock, for a token of the reader or for the time to look again. */
static bool wait_space(struct zb_writer *writer, int64_t deadline, struct shot_error *err)
{
	writer->waiting++;
	pthread_mutex_unlock(&writer->lock);
	enum zb_wait wait = zb_semaphore_wait(&writer->object.space, deadline);
	pthread_mutex_lock(&writer->lock);
	if (--writer->waiting == 0) {
		pthread_cond_broadcast(&writer->changed);
	}
	writer->room.woken += wait == ZB_WAIT_TOKEN;
	if (wait != ZB_WAIT_TOKEN) {
		writer->next_check = 0; /* after such a sleep, a check is cheap */
	}
	return wait != ZB_WAIT_SIGNAL ||
	       shot_fail(err, "EINTR", "a signal came while waiting for space in the ring %s",
		       writer->object.name.text);
}

/* Finds the place of a frame and waits until it is free. */
static bool find_place(struct zb_writer *writer, uint64_t length, unsigned align, int64_t deadline,
	struct zb_place *place, struct shot_error *err)
{
	uint64_t size = writer->object.geometry.payload_size;
	for (;;) {
		if (!check(writer, err)) {
			return false;
		}
		if (writer->open) {
			return shot_fail(err, "EBUSY",
				"a reservation of %" PRIu64 " bytes in the ring %s is open",
				writer->open->size, writer->object.name.text);
		}
		*place = zb_ring_place(size, writer->room.mark.position, length, align);
		if (place->need <= writer->room.bytes) {
			return true;
		}
		if (!zb_room_measure(&writer->room, &writer->object, err)) {
			return false;
		}
		if (place->need <= writer->room.bytes) {
			return true;
		}
		int64_t now = shot_clock_ns();
		if (now >= writer->next_check && !reader_lives(writer)) {
			return fail_reader(writer, err);
		}
		if (now >= deadline) {
			shot_fail(err, "EBUFFERFULL",
				"the ring %s has %" PRIu64 " of %" PRIu64
				" bytes free, a frame of %" PRIu64 " needs %" PRIu64,
				writer->object.name.text, writer->room.bytes, size, length,
				place->need);
			err->want = SHOT_WANT_ROOM;
			return false;
		}
		writer->next_check = now + ZB_SLICE_NS;
		int64_t pause = writer->next_check < deadline ? writer->next_check : deadline;
		if (!wait_space(writer, pause, err)) {
			return false;
		}
	}
}

/* While there is space, a writer does not notice that its reader was killed. A check now and then
 * costs less than copying a large frame. */
static bool upkeep(struct zb_writer *writer, uint64_t size, struct shot_error *err)
{
	writer->work += 1 + size / UNIT;
	if (writer->work < UPKEEP) {
		return true;
	}
	writer->work = 0;
	zb_room_drain(&writer->room, &writer->object); /* otherwise they would accumulate */
	return reader_lives(writer) || fail_reader(writer, err);
}

/* Finds the place of a frame of `size` bytes, and waits until it is free. The caller holds the
 * lock, which is released during sleeps. The reader's free-byte count is capped by its position.
 * Errors: see zb_writer_write. */
static bool find_room(struct zb_writer *writer, uint64_t size, unsigned align, int64_t deadline,
	struct zb_place *place, struct shot_error *err)
{
	return zb_room_admits(&writer->object, size, err) && upkeep(writer, size, err) &&
	       find_place(writer, size, align, deadline, place, err);
}

/* Makes the data in its place a frame. Returns its sequence number. */
static uint64_t publish(struct zb_writer *writer, const struct zb_place *place, uint64_t length)
{
	uint64_t sequence = zb_room_publish(&writer->room, &writer->object, place, length);
	if (writer->waiting) { /* there may also be room for another thread's frame */
		zb_semaphore_wake(&writer->object.space);
	}
	return sequence;
}

bool zb_writer_write(struct zb_writer *writer, const void *data, size_t size, int64_t deadline,
	uint64_t *sequence, struct shot_error *err)
{
	struct zb_place place;
	pthread_mutex_lock(&writer->lock);
	bool ok = find_room(writer, size, 1, deadline, &place, err);
	if (ok) {
		memcpy(data_at(writer, &place), data, size);
		uint64_t number = publish(writer, &place, size);
		if (sequence) {
			*sequence = number;
		}
	}
	pthread_mutex_unlock(&writer->lock);
	return ok;
}

/* Runs when the last reference to a reservation is dropped. */
static void give_up(struct shot_owner *owner)
{
	struct zb_reservation *reservation = SHOT_CONTAINER(owner, struct zb_reservation, owner);
	struct zb_writer *writer = reservation->writer;
	pthread_mutex_lock(&writer->lock);
	if (writer->open == reservation) {
		writer->open = NULL;
		if (writer->closed) {
			drop_claim(writer);
		}
	}
	pthread_mutex_unlock(&writer->lock);
	free(reservation);
	shot_owner_unref(&writer->owner);
}

struct zb_reservation *zb_writer_reserve(struct zb_writer *writer, uint64_t size, unsigned align,
	int64_t deadline, struct shot_error *err)
{
	struct zb_reservation *reservation = malloc(sizeof *reservation);
	if (!reservation) {
		shot_fail_errno(
			err, ENOMEM, "cannot reserve in the ring %s", writer->object.name.text);
		return NULL;
	}
	pthread_mutex_lock(&writer->lock);
	bool ok = find_room(writer, size, align, deadline, &reservation->place, err);
	if (ok) {
		shot_owner_init(&reservation->owner, give_up);
		shot_owner_ref(&writer->owner);
		reservation->writer = writer;
		reservation->size = (size_t)size;
		reservation->data = data_at(writer, &reservation->place);
		writer->open = reservation;
	}
	pthread_mutex_unlock(&writer->lock);
	if (!ok) {
		free(reservation);
		return NULL;
	}
	return reservation;
}

bool zb_reservation_commit(
	struct zb_reservation *reservation, uint64_t *sequence, struct shot_error *err)
{
	struct zb_writer *writer = reservation->writer;
	pthread_mutex_lock(&writer->lock);
	bool ok = check(writer, err);
	if (ok && writer->open != reservation) {
		ok = shot_fail(err, "EINVAL", "the reservation is already committed");
	}
	if (ok) {
		uint64_t number = publish(writer, &reservation->place, reservation->size);
		writer->open = NULL;
		if (sequence) {
			*sequence = number;
		}
	}
	pthread_mutex_unlock(&writer->lock);
	return ok;
}

bool zb_reservation_is_open(struct shot_owner *owner)
{
	if (owner->destroy != give_up) {
		return false;
	}
	struct zb_reservation *reservation = SHOT_CONTAINER(owner, struct zb_reservation, owner);
	struct zb_writer *writer = reservation->writer;
	pthread_mutex_lock(&writer->lock);
	bool open = writer->open == reservation;
	pthread_mutex_unlock(&writer->lock);
	return open;
}

const char *zb_reservation_ring(const struct zb_reservation *reservation)
{
	return reservation->writer->object.name.text;
}

uint64_t zb_reservation_offset(const struct zb_reservation *reservation)
{
	return (uint64_t)(reservation->data - reservation->writer->object.segment.data);
}

static void finish(struct shot_owner *owner)
{
	struct zb_writer *writer = SHOT_CONTAINER(owner, struct zb_writer, owner);
	zb_peer_finish(&writer->reader);
	zb_object_close(&writer->object);
	pthread_cond_destroy(&writer->changed);
	pthread_mutex_destroy(&writer->lock);
	free(writer);
}

bool zb_writer_set_metadata(
	struct zb_writer *writer, const void *data, size_t size, struct shot_error *err)
{
	pthread_mutex_lock(&writer->lock);
	bool ok = check(writer, err) && zb_metadata_write(&writer->object, data, size, err);
	pthread_mutex_unlock(&writer->lock);
	return ok;
}

bool zb_writer_has_reader(struct zb_writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	bool there = !writer->closed && reader_lives(writer);
	pthread_mutex_unlock(&writer->lock);
	return there;
}

bool zb_writer_is_held_here(struct zb_writer *writer, uint64_t *read)
{
	const struct zb_oieb *oieb = writer->object.oieb;
	pthread_mutex_lock(&writer->lock);
	*read = zb_load(&oieb->payload_read_count);
	bool held = zb_load(&oieb->reader_pid) == (uint64_t)getpid() &&
		    zb_room_is_held(&writer->room, &writer->object);
	pthread_mutex_unlock(&writer->lock);
	return held;
}

int zb_writer_fd(const struct zb_writer *writer)
{
	return writer->object.fd;
}

const char *zb_writer_name(const struct zb_writer *writer)
{
	return writer->object.name.text;
}

struct zb_writer *zb_writer_create(const char *name, struct shot_error *err)
{
	struct zb_name checked;
	if (!zb_name_init(&checked, name, err)) {
		return NULL;
	}
	struct zb_writer *writer = calloc(1, sizeof *writer);
	if (!writer) {
		shot_fail_errno(err, ENOMEM, "cannot attach to the ring %s", name);
		return NULL;
	}
	if (!zb_object_open(&writer->object, &checked, err)) {
		free(writer);
		return NULL;
	}
	writer->reader = ZB_PEER_NONE;
	writer->generation = shot_fork_generation();
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->changed, NULL);
	shot_owner_init(&writer->owner, finish);
	if (!reader_lives(writer)) {
		writer->closed = !fail_reader(writer, err);
	} else if (!zb_claim_take(&writer->object, &writer->claim, err)) {
		writer->closed = true;
	} else if (!zb_room_resume(&writer->room, &writer->object, err)) {
		zb_writer_close(writer);
	} else {
		zb_store(&writer->object.oieb->begun_count, writer->room.mark.written_count);
		zb_store(&writer->object.oieb->begun_pid, (uint64_t)getpid());
	}
	if (writer->closed) {
		shot_owner_unref(&writer->owner);
		return NULL;
	}
	return writer;
}

void zb_writer_close(struct zb_writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	if (!writer->closed) {
		writer->closed = true;
		for (unsigned i = 0; i < writer->waiting; i++) {
			zb_semaphore_post(&writer->object.space, 1);
		}
		while (writer->waiting) {
			pthread_cond_wait(&writer->changed, &writer->lock);
		}
		if (!writer->open) {
			drop_claim(writer);
		}
		zb_object_sweep(&writer->object);
	}
	pthread_mutex_unlock(&writer->lock);
}

void zb_writer_destroy(struct zb_writer *writer)
{
	if (writer) {
		zb_writer_close(writer);
		shot_owner_unref(&writer->owner);
	}
}
