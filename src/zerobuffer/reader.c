#include "zerobuffer/reader.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fork.h"
#include "base/wait.h"
#include "zerobuffer/cursor.h"
#include "zerobuffer/metadata.h"
#include "zerobuffer/object.h"
#include "zerobuffer/reader_claim.h"
#include "zerobuffer/reader_items.h"
#include "zerobuffer/waiter.h"
#include "zerobuffer/writer_presence.h"

#define UPKEEP 256 /* frames that are read between two drains of the tokens */

struct zb_reader {
	pthread_mutex_t lock; /* all below */
	pthread_cond_t left;  /* a thread has stopped waiting */
	struct zb_object object;
	struct zb_reader_claim claim;
	struct zb_waiter *waiter; /* NULL until a caller asks for a descriptor */
	struct zb_presence writer;

	struct zb_cursor cursor;
	struct zb_items items;
	uint64_t credit;   /* of the newest item */
	unsigned unlooked; /* frames taken since the last drain of the tokens */
	bool woken;	   /* a token came, and no thread has looked for its frame yet */
	unsigned waiting;  /* threads */
	bool closed, destroyed;
	unsigned generation; /* of the process, base/fork.h */
};

/* False in a child of the process that made it, because the ring stays the parent's. */
static bool is_ours(const struct zb_reader *reader)
{
	return reader->generation == shot_fork_generation();
}

/* Frees a destroyed reader after its last item has been given back. */
static void finish(struct zb_reader *reader)
{
	zb_items_finish(&reader->items);
	zb_waiter_destroy(reader->waiter);
	zb_peer_finish(&reader->writer.peer);
	zb_object_close(&reader->object);
	pthread_cond_destroy(&reader->left);
	pthread_mutex_destroy(&reader->lock);
	free(reader);
}

/* Runs when the last reference to an item is dropped: gives back its bytes if all older ones are
 * back. */
static void release(struct shot_owner *owner)
{
	struct zb_item *item = SHOT_CONTAINER(owner, struct zb_item, owner);
	struct zb_reader *reader = item->reader;
	uint64_t credit;
	pthread_mutex_lock(&reader->lock);
	uint32_t frames = zb_items_release(&reader->items, item, &credit);
	if (frames && !reader->closed &&
		is_ours(reader)) { /* writers may count the tokens: one for each frame */
		zb_cursor_give(&reader->cursor, &reader->object, credit);
		zb_semaphore_post(&reader->object.space, frames);
	}
	bool last = reader->destroyed && !reader->items.first;
	pthread_mutex_unlock(&reader->lock);
	if (last) {
		finish(reader);
	}
}

bool zb_item_is_corrupt(const struct zb_item *item)
{
	return shot_segment_is_corrupt(&item->reader->object.segment);
}

/* Takes the next frame as an item. Returns zb_cursor_look's result, or ENOMEM. The caller holds the
 * lock. */
static enum zb_look take(
	struct zb_reader *reader, bool settled, struct zb_item **out, struct shot_error *err)
{
	struct zb_next next;
	enum zb_look look = zb_cursor_look(&reader->cursor, &reader->object, settled, &next, err);
	if (look != ZB_LOOK_FRAME) {
		return look;
	}
	struct zb_item *item = zb_items_new(&reader->items);
	if (!item) {
		shot_fail_errno(
			err, ENOMEM, "cannot read from the ring %s", reader->object.name.text);
		return ZB_LOOK_FAULT;
	}
	uint64_t credit = zb_cursor_take(&reader->cursor, &reader->object, &next);
	*item = (struct zb_item){
		.data = reader->object.ring + next.position + sizeof next.header,
		.size = next.header.length,
		.sequence = next.header.sequence,
		.is_alone = !reader->items.first,
		.reader = reader,
		.credit = credit,
		.origin = {reader->cursor.writer, reader->cursor.read_count},
	};
	shot_owner_init(&item->owner, release);
	reader->credit = credit;
	zb_items_add(&reader->items, item);
	*out = item;
	return ZB_LOOK_FRAME;
}

/* Takes all tokens. They only wake: a frame without a token is read as well. */
static bool take_tokens(struct zb_reader *reader)
{
	bool taken = reader->woken;
	reader->woken = false;
	reader->unlooked = 0;
	taken |= zb_semaphore_drain(&reader->object.data) > 0;
	return (reader->waiter && zb_waiter_take(reader->waiter)) || taken;
}

/* Sleeps without the lock. */
static enum zb_wait wait_token(struct zb_reader *reader, int64_t deadline)
{
	const struct zb_waiter *waiter = reader->waiter;
	enum zb_wait wait;
	reader->waiting++;
	pthread_mutex_unlock(&reader->lock);
	if (waiter) {
		int fd = zb_waiter_fd(waiter);
		wait = shot_wait_readable(fd, -1, deadline) == SHOT_WAIT_SIGNAL ? ZB_WAIT_SIGNAL
										: ZB_WAIT_TIMEOUT;
	} else {
		wait = zb_semaphore_wait(&reader->object.data, deadline);
	}
	pthread_mutex_lock(&reader->lock);
	reader->waiting--;
	reader->woken |= wait == ZB_WAIT_TOKEN;
	if (wait != ZB_WAIT_TOKEN) {
		reader->writer.next = 0; /* after such a sleep, a check is cheap */
	}
	if (reader->closed) {
		pthread_cond_broadcast(&reader->left);
	}
	return wait;
}

/* No frame was found: waits, without the lock, for a token or for the time to look again. True when
 * the caller should look again. That look is the last one when `*gone` is set: the writer is gone,
 * and may have been killed between a frame and its token. EWRITERDEAD, ETIMEDOUT, EINTR. */
static bool await_frame(
	struct zb_reader *reader, int64_t deadline, bool *gone, struct shot_error *err)
{
	const char *name = reader->object.name.text;
	if (*gone) {
		if (!zb_presence_look(
			    &reader->writer, &reader->object)) { /* else a new writer does this */
			zb_cursor_mend(&reader->cursor, &reader->object);
		}
		return shot_fail(err, "EWRITERDEAD", "the writer of the ring %s is gone", name);
	}
	if (reader->waiter) {
		zb_waiter_arm(reader->waiter, zb_load(&reader->object.oieb->writer_pid));
		reader->writer.next = 0; /* an event loop was woken for this */
	}
	int64_t now = shot_clock_ns();
	if (zb_presence_is_known_gone(&reader->writer, &reader->object, now)) {
		*gone = true;
		return true;
	}
	if (now >= deadline) {
		return shot_fail(
			err, "ETIMEDOUT", "no frame came through the ring %s in time", name);
	}
	if (zb_cursor_settle(&reader->cursor, &reader->object)) {
		zb_semaphore_post(&reader->object.space, 1);
	}
	int64_t pause = reader->writer.next < deadline ? reader->writer.next : deadline;
	if (wait_token(reader, reader->waiter ? deadline : pause) == ZB_WAIT_SIGNAL) {
		return shot_fail(err, "EINTR", "a signal came while waiting for the ring %s", name);
	}
	return true;
}

static bool fail_closed(const struct zb_reader *reader, struct shot_error *err)
{
	return shot_fail(err, "ECLOSED", "the ring %s is closed", reader->object.name.text);
}

/* Looks for a frame until one is found or the wait fails. The caller holds the lock. */
static enum zb_look look_until(
	struct zb_reader *reader, int64_t deadline, struct zb_item **item, struct shot_error *err)
{
	bool gone = false;
	for (;;) {
		if (reader->closed) {
			fail_closed(reader, err);
			return ZB_LOOK_NOTHING;
		}
		bool token = ++reader->unlooked > UPKEEP && take_tokens(reader);
		enum zb_look look = take(reader, token || gone, item, err);
		if (look == ZB_LOOK_NOTHING && take_tokens(reader)) {
			look = take(reader, true, item, err);
		}
		if (look != ZB_LOOK_NOTHING || !await_frame(reader, deadline, &gone, err)) {
			return look;
		}
	}
}

/* This thread may have taken the token, or the event, that was to wake another one for its frame.
 */
static void wake_another(struct zb_reader *reader)
{
	if (reader->waiter) {
		zb_waiter_arm(reader->waiter, zb_load(&reader->object.oieb->writer_pid));
	}
	zb_semaphore_post(&reader->object.data, 1);
}

struct zb_item *zb_reader_read(struct zb_reader *reader, int64_t deadline, struct shot_error *err)
{
	struct zb_item *item = NULL;
	pthread_mutex_lock(&reader->lock);
	look_until(reader, deadline, &item, err);
	if (item && reader->waiting) {
		wake_another(reader);
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

bool zb_reader_is_writers(struct zb_reader *reader, const struct zb_origin *origin)
{
	pthread_mutex_lock(&reader->lock);
	bool is = zb_origin_is_current(origin, reader->object.oieb);
	pthread_mutex_unlock(&reader->lock);
	return is;
}

enum zb_held zb_reader_held(struct zb_reader *reader, uint64_t *read)
{
	pthread_mutex_lock(&reader->lock);
	enum zb_held held = reader->cursor.held ? ZB_HELD_SOME : ZB_HELD_NONE;
	uint64_t rest = reader->object.geometry.payload_size - reader->cursor.held;
	/* Room for one more frame and a wrap before it. */
	if (held &&
		(zb_semaphore_has_waiters(&reader->object.space) || rest / 2 < reader->credit)) {
		held = ZB_HELD_LONGER;
	}
	*read = reader->cursor.read_count;
	pthread_mutex_unlock(&reader->lock);
	return held;
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
	if (!zb_reader_claim_take(&reader->claim, &checked, err) ||
		!zb_object_clear(&checked, err) ||
		!zb_object_create(&reader->object, &checked, &geometry, err)) {
		zb_reader_claim_drop(&reader->claim);
		free(reader);
		return NULL;
	}
	pthread_mutex_init(&reader->lock, NULL);
	pthread_cond_init(&reader->left, NULL);
	reader->writer.peer = ZB_PEER_NONE;
	zb_items_init(&reader->items);
	reader->generation = shot_fork_generation();
	return reader;
}

/* Wakes every waiting thread, and waits until each has noticed. */
static void expel(struct zb_reader *reader)
{
	if (reader->waiter) {
		zb_waiter_end(reader->waiter);
	}
	for (unsigned i = 0; i < reader->waiting; i++) {
		zb_semaphore_post(&reader->object.data, 1);
	}
	while (reader->waiting) {
		pthread_cond_wait(&reader->left, &reader->lock);
	}
}

void zb_reader_close(struct zb_reader *reader)
{
	pthread_mutex_lock(&reader->lock);
	if (!reader->closed && !is_ours(reader)) {
		reader->closed = true;
		zb_reader_claim_leave(&reader->claim);
	} else if (!reader->closed) {
		reader->closed = true;
		zb_store(&reader->object.oieb->reader_pid, 0);
		expel(reader);
		zb_semaphore_post(&reader->object.space, 1);
		zb_object_unlink(&reader->object);
		zb_reader_claim_drop(&reader->claim);
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
	bool last = !reader->items.first;
	pthread_mutex_unlock(&reader->lock);
	if (last) {
		finish(reader);
	}
}
