#define _GNU_SOURCE
#include "zerobuffer/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "zerobuffer/claim.h"
#include "zerobuffer/metadata.h"
#include "zerobuffer/room.h"
#include "zerobuffer/writing.h"

bool zb_writer_fail_reader(const struct zb_writer *writer, struct shot_error *err)
{
	return shot_fail(
		err, "EREADERDEAD", "the reader of the ring %s is gone", writer->object.name.text);
}

bool zb_writer_fail_check(const struct zb_writer *writer, struct shot_error *err)
{
	const char *name = writer->object.name.text;
	if (writer->closed) {
		return shot_fail(err, "ECLOSED", "the writer of the ring %s is closed", name);
	}
	if (shot_segment_is_corrupt(&writer->object.segment)) {
		return shot_fail(err, "ECORRUPT", "the ring %s has been truncated", name);
	}
	return zb_writer_fail_reader(writer, err);
}

bool zb_writer_fail_corrupt(
	const struct zb_writer *writer, struct shot_error *err, const char *what, uint64_t value)
{
	return shot_fail(err, "ECORRUPT", "the ring %s is corrupt: %s %" PRIu64,
		writer->object.name.text, what, value);
}

bool zb_writer_reader_lives(struct zb_writer *writer)
{
	uint64_t pid = zb_load(&writer->object.oieb->reader_pid);
	writer->orphaned = writer->orphaned || zb_peer_check(&writer->reader, pid,
						       &writer->object.identity) != ZB_LIFE_ALIVE;
	return !writer->orphaned;
}

/* The data is in its place; make it a frame. The order matters: a reader may look at any moment. */
uint64_t zb_writer_publish(struct zb_writer *writer, const struct zb_place *place, uint64_t length)
{
	struct zb_oieb *oieb = writer->object.oieb;
	uint8_t *ring = writer->object.ring;
	if (place->rewind) {
		zb_store(&oieb->payload_read_pos, 0);
	}
	if (place->skip) {
		zb_header_write(ring + writer->position, 0, 0);
		writer->written_count++;
	}
	zb_header_write(ring + place->position, length, ++writer->sequence);
	writer->position =
		zb_ring_behind(writer->object.geometry.payload_size, place->position, length);
	writer->written_count++;
	zb_store(&oieb->payload_write_pos, writer->position);
	__atomic_fetch_sub(&oieb->payload_free_bytes,
		place->skip + sizeof(struct zb_header) + length, __ATOMIC_ACQ_REL);
	zb_store(&oieb->payload_written_count, writer->written_count);
	zb_semaphore_post(&writer->object.data);
	if (writer->waiting) { /* there may be room for another thread's frame as well */
		zb_semaphore_post(&writer->object.space);
	}
	return writer->sequence;
}

bool zb_writer_write(struct zb_writer *writer, const void *data, size_t size, int64_t deadline,
	uint64_t *sequence, struct shot_error *err)
{
	struct zb_place place;
	pthread_mutex_lock(&writer->lock);
	bool ok = zb_room_find(writer, size, 1, deadline, &place, err);
	if (ok) {
		memcpy(zb_writer_data(writer, &place), data, size);
		uint64_t number = zb_writer_publish(writer, &place, size);
		if (sequence) {
			*sequence = number;
		}
	}
	pthread_mutex_unlock(&writer->lock);
	return ok;
}

static void finish(struct shot_owner *owner)
{
	struct zb_writer *writer = (struct zb_writer *)owner;
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
	bool ok =
		zb_writer_check(writer, err) && zb_metadata_write(&writer->object, data, size, err);
	pthread_mutex_unlock(&writer->lock);
	return ok;
}

bool zb_writer_has_reader(struct zb_writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	bool there = !writer->closed && zb_writer_reader_lives(writer);
	pthread_mutex_unlock(&writer->lock);
	return there;
}

int zb_writer_fd(const struct zb_writer *writer)
{
	return writer->object.fd;
}

const char *zb_writer_name(const struct zb_writer *writer)
{
	return writer->object.name.text;
}

/* Go on where the last writer stopped. */
static bool resume(struct zb_writer *writer, struct shot_error *err)
{
	uint64_t size = writer->object.geometry.payload_size;
	writer->position = zb_load(&writer->object.oieb->payload_write_pos);
	writer->written_count = zb_load(&writer->object.oieb->payload_written_count);
	if (writer->position > size) {
		return zb_writer_fail_corrupt(
			writer, err, "its write position is", writer->position);
	}
	writer->position = writer->position == size ? 0 : writer->position;
	return true;
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
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->changed, NULL);
	shot_owner_init(&writer->owner, finish);
	if (!zb_writer_reader_lives(writer)) {
		writer->closed = !zb_writer_fail_reader(writer, err);
	} else if (!zb_claim_take(&writer->object, &writer->claim, err)) {
		writer->closed = true;
	} else if (!resume(writer, err)) {
		zb_writer_close(writer);
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
			zb_semaphore_post(&writer->object.space);
		}
		while (writer->waiting) {
			pthread_cond_wait(&writer->changed, &writer->lock);
		}
		if (!writer->open) {
			zb_claim_drop(&writer->object, writer->claim);
		}
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
