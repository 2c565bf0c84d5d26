/* One side's handles of a ring's shared objects: the memory, mapped under guard, and both
 * semaphores. */
#ifndef ZB_OBJECT_H
#define ZB_OBJECT_H

#include "base/segment.h"
#include "zerobuffer/layout.h"
#include "zerobuffer/liveness.h"
#include "zerobuffer/name.h"
#include "zerobuffer/semaphore.h"

struct zb_object {
	struct zb_name name;
	struct zb_geometry geometry;
	struct zb_identity identity;
	int fd;
	struct shot_segment segment;
	struct zb_semaphore data, space;
	struct zb_oieb *oieb; /* in the segment */
	uint8_t *ring;	      /* in the segment */
};

/* Make the objects of a new ring that this process reads. Leftovers of a dead reader must be gone.
 * The memory is reserved, so that a full /dev/shm is ENOSPC here and not SIGBUS later. It gets its
 * name last, so that no writer attaches to an unfinished ring. A failure leaves nothing behind. */
bool zb_object_create(struct zb_object *object, const struct zb_name *name,
	const struct zb_geometry *geometry, struct shot_error *err);

/* Open the objects that a reader made. ENOENT, EACCES, ECORRUPT, EVERSION. */
bool zb_object_open(struct zb_object *object, const struct zb_name *name, struct shot_error *err);

/* Remove a dead reader's leftovers of this ring, unless a new reader is about to make it. The
 * writer calls this when it leaves, because other implementations do not make a ring whose name
 * exists. */
void zb_object_sweep(const struct zb_object *object);

/* Remove the names, unless the ring's name has passed to another object since. */
void zb_object_unlink(const struct zb_object *object);

/* Unmap and close; the names stay. */
void zb_object_close(struct zb_object *object);

/* Read the OIEB and the file status of the ring's memory without mapping it. */
struct stat;
bool zb_object_peek(const struct zb_name *name, struct zb_oieb *oieb, struct stat *status,
	struct shot_error *err);

/* Make way for a new ring: remove a dead reader's leftovers of this name. The caller holds the
 * name's lock. EEXIST when the reader lives, or when the memory is not a ring. */
bool zb_object_clear(const struct zb_name *name, struct shot_error *err);

#endif
