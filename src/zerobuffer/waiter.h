/* What lets an event loop wait for a ring: a semaphore cannot be polled, so one thread waits for a
 * token and says so by an eventfd. inotify and a pidfd say when a writer comes or goes. */
#ifndef ZB_WAITER_H
#define ZB_WAITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "zerobuffer/object.h"

struct zb_waiter;

/* Watch `object`, which must outlive it. Not armed yet. */
struct zb_waiter *zb_waiter_create(struct zb_object *object, struct shot_error *err);

/* Readable when something has happened since it was armed. */
int zb_waiter_fd(const struct zb_waiter *waiter);

/* Take the token that the thread has taken, if it has one. */
bool zb_waiter_take(struct zb_waiter *waiter);

/* Wait anew: let the thread wait for one token, and forget what was seen of the process
 * `writer_pid` and of others. The caller looks at the ring again after this. */
void zb_waiter_arm(struct zb_waiter *waiter, uint64_t writer_pid);

/* Make it readable for good and end the thread. */
void zb_waiter_end(struct zb_waiter *waiter);

/* End, and close. NULL is allowed. */
void zb_waiter_destroy(struct zb_waiter *waiter);

#endif
