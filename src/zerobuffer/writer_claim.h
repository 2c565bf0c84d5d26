/* The right to be a ring's writer. */
#ifndef ZB_WRITER_CLAIM_H
#define ZB_WRITER_CLAIM_H

#include <stdbool.h>

#include "base/error.h"
#include "zerobuffer/object.h"

/* Put this process's pid into the ring, if no live writer's is there; else EEXIST. `*claim`
 * receives a descriptor that holds a lock besides: it tells a writer of this process from a dead
 * one that had the same pid. */
bool zb_claim_take(struct zb_object *object, int *claim, struct shot_error *err);

/* Take the pid out again, and let go of the lock. */
void zb_claim_drop(struct zb_object *object, int claim);

#endif
