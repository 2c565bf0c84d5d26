/* The reading side of a ring, which makes and owns it. All functions but destroy may be called by
 * any thread at any time. */
#ifndef ZB_READER_H
#define ZB_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/owner.h"
#include "zerobuffer/layout.h"

struct zb_reader;

/* Who wrote a frame, as far as that can be told. */
struct zb_origin {
	uint64_t pid;	/* the writer's when the frame was read */
	uint64_t count; /* of frames and markers up to this one */
};

/* A frame that has been read: it lies in the ring, and its bytes go back to the writer when the
 * last reference to `owner` is dropped. Items may be held and dropped in any order and by any
 * thread; their space is given back in the order in which they were read. */
struct zb_item {
	struct shot_owner owner; /* one reference is the caller's of zb_reader_read */
	const uint8_t *data;	 /* in the ring: at any byte, and a hostile writer may change it */
	uint64_t size;
	uint64_t sequence;
	struct zb_origin origin;

	/* The reader's. */
	struct zb_reader *reader;
	struct zb_item *next; /* read after this one */
	uint64_t credit;      /* bytes to give back: header, data and what a wrap burned */
	bool released;
};

/* Whether the ring has been truncated by a peer, so that the data may read as zeros. */
bool zb_item_is_corrupt(const struct zb_item *item);

/* Make the ring `name` and be its reader. EEXIST when it has one; what a dead one left is replaced.
 * EINVAL, EACCES, ENOSPC, … */
struct zb_reader *zb_reader_create(
	const char *name, const struct zb_config *config, struct shot_error *err);

/* The next frame, waiting for it until `deadline`; the item belongs to the caller.
 *
 *     ETIMEDOUT   nothing came
 *     EWRITERDEAD the writer has closed or died and everything has been read; said again until a
 *                 writer attaches. Before the first writer it is ETIMEDOUT.
 *     ESEQUENCE   the frame's number is not the next one (a frame numbered 1 is a new writer's and
 *                 always right); said once, then the frame is delivered
 *     ECORRUPT, EFRAMESIZE  the shared memory makes no sense; nothing in it is changed, and every
 *                 further call looks again
 *     ECLOSED     the reader is closed, maybe just now by another thread
 *     EINTR       a signal handler ran; call again with the same deadline */
struct zb_item *zb_reader_read(struct zb_reader *reader, int64_t deadline, struct shot_error *err);

/* The metadata as it lies in the ring, until the reader is closed. `*data` is NULL and `*size` 0
 * while there is none. ECORRUPT, ECLOSED. */
bool zb_reader_metadata(
	struct zb_reader *reader, const uint8_t **data, size_t *size, struct shot_error *err);

/* Whether a live writer is attached, waiting for one until `deadline`. ECLOSED, EINTR. */
bool zb_reader_wait_writer(
	struct zb_reader *reader, int64_t deadline, bool *connected, struct shot_error *err);

/* Whether the writer that is attached now has written the frame of that origin. One that cannot be
 * told from the writer before it (another implementation's, which wrote nothing while it was
 * looked at) counts as having written it. */
bool zb_reader_is_writers(struct zb_reader *reader, const struct zb_origin *origin);

enum zb_held {
	ZB_HELD_NONE,
	ZB_HELD_SOME,
	ZB_HELD_LONGER, /* so much that the writer waits for it, or will have to */
};

/* What is held of the ring by items, so that a caller may look for forgotten ones; `*read` receives
 * how many frames and markers have been read so far. */
enum zb_held zb_reader_held(struct zb_reader *reader, uint64_t *read);

/* Forget the writer that is gone: reading says ETIMEDOUT until the next one comes. */
void zb_reader_forget_writer(struct zb_reader *reader);

/* A descriptor that an event loop can watch: readable when a frame is there, or when a writer
 * came, closed or died. On that, read with a deadline in the past until it fails, which makes the
 * descriptor wait anew. The first call starts a thread; the reader's to close: stop watching
 * before. -1 on failure. */
int zb_reader_fd(struct zb_reader *reader, struct shot_error *err);

const char *zb_reader_name(const struct zb_reader *reader);

/* Remove the ring; whoever waits in it gets ECLOSED, a waiting writer EREADERDEAD. Items stay
 * readable. Again is a no-op. */
void zb_reader_close(struct zb_reader *reader);

/* Close, and drop the handle; no other thread may be using it, save by items. NULL is allowed. */
void zb_reader_destroy(struct zb_reader *reader);

#endif
