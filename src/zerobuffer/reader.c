#define _GNU_SOURCE
#include "zerobuffer/reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "zerobuffer/arrival.h"
#include "zerobuffer/metadata.h"
#include "zerobuffer/reading.h"

void zb_reader_finish(struct zb_reader *reader)
{
	zb_waiter_destroy(reader->waiter);
	zb_peer_finish(&reader->writer.peer);
	zb_object_close(&reader->object);
	pthread_cond_destroy(&reader->left);
	pthread_mutex_destroy(&reader->lock);
	free(reader);
}

static bool fail_closed(const struct zb_reader *reader, struct shot_error *err)
{
	return shot_fail(err, "ECLOSED", "the ring %s is closed", reader->object.name.text);
}

struct zb_item *zb_reader_read(struct zb_reader *reader, int64_t deadline, struct shot_error *err)
{
	struct zb_item *item = NULL;
	enum zb_look look = ZB_LOOK_NOTHING;
	pthread_mutex_lock(&reader->lock);
	while (look == ZB_LOOK_NOTHING) {
		if (reader->closed) {
			fail_closed(reader, err);
			break;
		}
		if (!zb_arrival_take(reader)) {
			if (!zb_arrival_await(reader, deadline, err)) {
				break;
			}
			continue;
		}
		look = zb_reader_take(reader, &item, err);
		if (look == ZB_LOOK_FAULT) {
			reader->tokens++; /* its frame is still there */
		} else if (look == ZB_LOOK_NOTHING && shot_clock_ns() >= deadline) {
			shot_fail(err, "ETIMEDOUT", "no frame came through the ring %s in time",
				reader->object.name.text);
			break;
		}
	}
	pthread_mutex_unlock(&reader->lock);
	return item;
}

bool zb_reader_metadata(
	struct zb_reader *reader, const uint8_t **data, size_t *size, struct shot_error *err)
{
	pthread_mutex_lock(&reader->lock);
	bool ok = reader->closed ? fail_closed(reader, err)
				 : zb_metadata_read(&reader->object, data, size, err);
	pthread_mutex_unlock(&reader->lock);
	return ok;
}

bool zb_reader_wait_writer(
	struct zb_reader *reader, int64_t deadline, bool *connected, struct shot_error *err)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	for (;;) {
		pthread_mutex_lock(&reader->lock);
		bool closed = reader->closed;
		*connected = !closed && zb_presence_look(&reader->writer, &reader->object);
		pthread_mutex_unlock(&reader->lock);
		if (closed) {
			return fail_closed(reader, err);
		}
		if (*connected || shot_clock_ns() >= deadline) {
			return true;
		}
		if (nanosleep(&pause, NULL) < 0) {
			return shot_fail(err, "EINTR",
				"a signal came while waiting for a writer of the ring %s",
				reader->object.name.text);
		}
	}
}

void zb_reader_forget_writer(struct zb_reader *reader)
{
	pthread_mutex_lock(&reader->lock);
	zb_presence_forget(&reader->writer, &reader->object);
	pthread_mutex_unlock(&reader->lock);
}

int zb_reader_fd(struct zb_reader *reader, struct shot_error *err)
{
	int fd = -1;
	pthread_mutex_lock(&reader->lock);
	if (reader->closed) {
		fail_closed(reader, err);
	} else {
		if (!reader->waiter) {
			reader->waiter = zb_waiter_create(&reader->object, err);
			if (reader->waiter) {
				zb_waiter_arm(
					reader->waiter, zb_load(&reader->object.oieb->writer_pid));
			}
		}
		fd = reader->waiter ? zb_waiter_fd(reader->waiter) : -1;
	}
	pthread_mutex_unlock(&reader->lock);
	return fd;
}

const char *zb_reader_name(const struct zb_reader *reader)
{
	return reader->object.name.text;
}

/* The one that a published implementation takes, in the folder of its temporary files, is taken
 * too where that can be done. Returns false only when somebody holds it. */
static bool take_other_lock(
	struct zb_lock *lock, const struct zb_name *name, struct shot_error *err)
{
	const char *base = secure_getenv("TMPDIR");
	char folder[512];
	snprintf(folder, sizeof folder, "%s/zerobuffer/locks", base && *base ? base : "/tmp");
	return zb_lock_take(lock, folder, name->lock, err) || strcmp(err->code, "EEXIST") != 0;
}

struct zb_reader *zb_reader_create(
	const char *name, const struct zb_config *config, struct shot_error *err)
{
	struct zb_name checked;
	struct zb_geometry geometry;
	if (!zb_name_init(&checked, name, err) || !zb_geometry_plan(&geometry, config, err)) {
		return NULL;
	}
	struct zb_reader *reader = calloc(1, sizeof *reader);
	if (!reader) {
		shot_fail_errno(err, ENOMEM, "cannot create the ring %s", name);
		return NULL;
	}
	reader->own = reader->other = ZB_LOCK_NONE;
	if (!zb_lock_take(&reader->own, ZB_LOCK_FOLDER, checked.lock, err) ||
		!take_other_lock(&reader->other, &checked, err)) {
		if (strcmp(err->code, "EEXIST") == 0) {
			shot_fail(err, "EEXIST", "the ring %s has a reader already", name);
		}
		goto failed;
	}
	if (!zb_object_clear(&checked, err) ||
		!zb_object_create(&reader->object, &checked, &geometry, err)) {
		goto failed;
	}
	pthread_mutex_init(&reader->lock, NULL);
	pthread_cond_init(&reader->left, NULL);
	reader->writer.peer = ZB_PEER_NONE;
	reader->last = &reader->first;
	return reader;
failed:
	zb_lock_drop(&reader->other);
	zb_lock_drop(&reader->own);
	free(reader);
	return NULL;
}

/* Wake every thread that waits, and wait until it has noticed. */
static void expel(struct zb_reader *reader)
{
	if (reader->waiter) {
		zb_waiter_end(reader->waiter);
	}
	for (unsigned i = 0; i < reader->waiting; i++) {
		zb_semaphore_post(&reader->object.data);
	}
	while (reader->waiting) {
		pthread_cond_wait(&reader->left, &reader->lock);
	}
}

void zb_reader_close(struct zb_reader *reader)
{
	pthread_mutex_lock(&reader->lock);
	if (!reader->closed) {
		reader->closed = true;
		zb_store(&reader->object.oieb->reader_pid, 0);
		expel(reader);
		zb_semaphore_post(&reader->object.space);
		zb_object_unlink(&reader->object);
		zb_lock_drop(&reader->other);
		zb_lock_drop(&reader->own);
	}
	pthread_mutex_unlock(&reader->lock);
}

void zb_reader_destroy(struct zb_reader *reader)
{
	if (!reader) {
		return;
	}
	zb_reader_close(reader);
	pthread_mutex_lock(&reader->lock);
	reader->destroyed = true;
	bool last = !reader->first;
	pthread_mutex_unlock(&reader->lock);
	if (last) {
		zb_reader_finish(reader);
	}
}
