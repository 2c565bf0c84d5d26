/* Lets an event loop wait for a ring. A semaphore cannot be polled, so a thread waits for a token
 * and reports it through an eventfd. inotify and a pidfd report when a writer comes or goes. */
#ifndef ZB_WAITER_H
#define ZB_WAITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "zerobuffer/object.h"

struct zb_waiter;

/* Watch `object`, which must outlive it. Not armed yet. */
struct zb_waiter *zb_waiter_create(struct zb_object *object, struct shot_error *err);

/* Readable when a token or a writer came, or a writer went, since it was armed. */
int zb_waiter_fd(const struct zb_waiter *waiter);

/* Take the token that the thread has taken, if it has one. */
bool zb_waiter_take(struct zb_waiter *waiter);

/* Arm the waiter again: let the thread wait for one token, and watch the process `writer_pid` and
 * new writers. The caller then checks the ring once more. */
void zb_waiter_arm(struct zb_waiter *waiter, uint64_t writer_pid);

/* Make it readable for good and end the thread. */
void zb_waiter_end(struct zb_waiter *waiter);

/* End, and close. NULL is allowed. */
void zb_waiter_destroy(struct zb_waiter *waiter);

#endif
