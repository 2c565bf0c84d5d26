/* Waiting for the next frame of a reader. All with its lock. */
#ifndef ZB_ARRIVAL_H
#define ZB_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct zb_reader;

/* Take a token if there is one. */
bool zb_arrival_take(struct zb_reader *reader);

/* When there was no token: wait for one, or for the time to look again; the lock is let go
 * meanwhile. True when it is worth looking for one again. EWRITERDEAD, ETIMEDOUT, EINTR. */
bool zb_arrival_await(struct zb_reader *reader, int64_t deadline, struct shot_error *err);

#endif
