/* The right to be a ring's writer. */
#ifndef ZB_WRITER_CLAIM_H
#define ZB_WRITER_CLAIM_H

#include <stdbool.h>

#include "base/error.h"
#include "zerobuffer/object.h"

/* Put this process's pid into the ring; EEXIST if a live writer's pid is there. `*claim` receives a
 * descriptor that also holds a lock, which distinguishes a writer of this process from a dead one
 * that had the same pid. */
bool zb_claim_take(struct zb_object *object, int *claim, struct shot_error *err);

/* Remove the pid, and release the lock. */
void zb_claim_drop(struct zb_object *object, int claim);

#endif
