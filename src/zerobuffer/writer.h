/* The writing side of a ring, which attaches to a reader's ring. Any thread may call any function
 * but destroy at any time; threads that write at the same time take turns. */
#ifndef ZB_WRITER_H
#define ZB_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/owner.h"
#include "zerobuffer/ring.h"

struct zb_writer;

/* The place of one frame in a ring, before it is written. A writer has at most one that is open. */
struct zb_reservation {
	struct shot_owner owner; /* one reference is the caller's of zb_writer_reserve */
	uint8_t *data;		 /* in the ring */
	uint64_t size;

	/* The writer's. */
	struct zb_writer *writer;
	struct zb_place place;
};

/* Attach to the ring `name`. ENOENT when there is none, EREADERDEAD when its reader is gone, EEXIST
 * when it has a live writer, EACCES, ECORRUPT, EVERSION, EINVAL. */
struct zb_writer *zb_writer_create(const char *name, struct shot_error *err);

/* Copy a frame of `size` bytes into the ring, waiting for space until `deadline`; `*sequence`
 * receives its number, 1 for this writer's first; NULL when that is not wanted.
 *
 *     EFRAMESIZE     a frame has 1 byte or more
 *     EFRAMETOOLARGE it will never fit
 *     EBUFFERFULL    the reader did not make room in time
 *     EREADERDEAD    the reader has closed or died
 *     EBUSY          a reservation is open
 *     ECORRUPT       the shared memory makes no sense
 *     ECLOSED        the writer is closed, maybe just now by another thread
 *     EINTR          a signal handler ran; call again with the same deadline */
bool zb_writer_write(struct zb_writer *writer, const void *data, size_t size, int64_t deadline,
	uint64_t *sequence, struct shot_error *err);

/* Reserve the space of a frame in the ring, to fill it in place. Its offset in the shared memory is
 * a multiple of `align` (a power of two up to 16), for which part of the ring may be skipped. The
 * reader sees nothing of it before the commit. Fails as write does. */
struct zb_reservation *zb_writer_reserve(struct zb_writer *writer, uint64_t size, unsigned align,
	int64_t deadline, struct shot_error *err);

/* Publish the frame as it is now; `*sequence` (or NULL) receives its number. From then on the
 * memory is the reader's; the caller still drops its reference. EINVAL when it is already
 * committed; ECLOSED, EREADERDEAD, ECORRUPT. */
bool zb_reservation_commit(
	struct zb_reservation *reservation, uint64_t *sequence, struct shot_error *err);

/* Give it up and drop the caller's reference. The writer is free for the next frame after all other
 * references are dropped: a capture in flight still writes there. */
static inline void zb_reservation_abort(struct zb_reservation *reservation)
{
	shot_owner_unref(&reservation->owner);
}

/* Whether the owner is that of a reservation that is neither committed nor given up, so that its
 * data may be written. */
bool zb_reservation_is_open(struct shot_owner *owner);

/* The name of its ring. */
const char *zb_reservation_ring(const struct zb_reservation *reservation);

/* The offset of the data, in bytes from the start of the shared memory. */
uint64_t zb_reservation_offset(const struct zb_reservation *reservation);

/* Write the ring's metadata, once. EMETADATA when it is empty, too large for its block or already
 * written; EREADERDEAD, ECLOSED. */
bool zb_writer_set_metadata(
	struct zb_writer *writer, const void *data, size_t size, struct shot_error *err);

/* Whether the reader is still attached. */
bool zb_writer_has_reader(struct zb_writer *writer);

/* Whether the reader is in this process, and holds frames; `*read` receives the number of frames
 * and markers that it has read so far. */
bool zb_writer_is_held_here(struct zb_writer *writer, uint64_t *read);

/* The writer's descriptor of the shared memory, for passing to another process, which can map it.
 * It stays open until the writer and all its reservations are gone. */
int zb_writer_fd(const struct zb_writer *writer);

/* The ring's name, valid as long as the writer. */
const char *zb_writer_name(const struct zb_writer *writer);

/* Detach. Threads that wait in it get ECLOSED. The ring's place for a writer stays taken while an
 * uncommitted reservation is held, because its holder may still write. A second call does nothing.
 * */
void zb_writer_close(struct zb_writer *writer);

/* Close, and drop the handle. Other threads may use its reservations, but not the handle. NULL is
 * allowed. */
void zb_writer_destroy(struct zb_writer *writer);

#endif
