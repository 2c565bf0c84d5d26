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

/* A frame that has been read: it lies in the ring, and its bytes go back to the writer when the
 * last reference to `owner` is dropped. Items may be held and dropped in any order and by any
 * thread; their space is given back in the order in which they were read. */
struct zb_item {
	struct shot_owner owner; /* one reference is the caller's of zb_reader_read */
	const uint8_t *data;	 /* in the ring, at any alignment; a hostile writer may change it */
	uint64_t size;
	uint64_t sequence;
	struct zb_origin origin;
	bool is_alone; /* no other item of the reader was held when it was read */

	/* The reader's. */
	struct zb_reader *reader;
	struct zb_item *next; /* read after this one */
	uint64_t credit;      /* bytes to give back: header, data and the tail of a wrap */
	bool released;
};

/* Whether the ring has been truncated by a peer, so that the data may read as zeros. */
bool zb_item_is_corrupt(const struct zb_item *item);

/* Make the ring `name` and be its reader. It replaces a dead reader's leftovers. EEXIST when the
 * ring has a live reader; EINVAL, EACCES, ENOSPC, … */
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

/* Whether the attached writer has written the frame of that origin. A writer of another
 * implementation that wrote nothing between two checks cannot be distinguished from the writer
 * before it, and counts as its author. */
bool zb_reader_is_writers(struct zb_reader *reader, const struct zb_origin *origin);

enum zb_held {
	ZB_HELD_NONE,
	ZB_HELD_SOME,
	ZB_HELD_LONGER, /* enough that the writer waits for it, or will have to */
};

/* The part of the ring that items hold, so that a caller can look for forgotten ones. `*read`
 * receives the number of frames and markers read so far. */
enum zb_held zb_reader_held(struct zb_reader *reader, uint64_t *read);

/* Forget the writer that is gone: reading then returns ETIMEDOUT until the next one comes. */
void zb_reader_forget_writer(struct zb_reader *reader);

/* A descriptor for an event loop: readable when a frame is there, or when a writer came, closed or
 * died. Then read with a deadline in the past until that fails, which arms the descriptor again.
 * The first call starts a thread. The reader closes the descriptor: stop watching it before. -1 on
 * failure. */
int zb_reader_fd(struct zb_reader *reader, struct shot_error *err);

/* The ring's name, valid as long as the reader. */
const char *zb_reader_name(const struct zb_reader *reader);

/* Remove the ring. Threads that wait in it get ECLOSED, a waiting writer EREADERDEAD. Items stay
 * readable. A second call does nothing. */
void zb_reader_close(struct zb_reader *reader);

/* Close, and drop the handle. Other threads may use its items, but not the handle. NULL is allowed.
 * */
void zb_reader_destroy(struct zb_reader *reader);

#endif
