/* The requests of a grabber, in flight and abandoned. */
#ifndef SHOT_CAPTURE_REQUEST_LIST_H
#define SHOT_CAPTURE_REQUEST_LIST_H

#include <stdint.h>

#include "capture/grabber.h"

/* Settle abandoned requests whose replies have arrived; and detach all requests from a grabber that
 * closes. */
void shot_request_reap(struct shot_grabber *grabber);
void shot_request_orphan(struct shot_grabber *grabber);

/* Before closing: wait until `deadline` for the replies to requests whose buffers are not the
 * pool's. Such memory may be reused by others, so a buffer without a reply by then is never given
 * back. */
void shot_request_drain(struct shot_grabber *grabber, int64_t deadline);

/* The number of requests whose replies have not been read; and of those that were given up. */
unsigned shot_request_count(const struct shot_grabber *grabber);
unsigned shot_request_unanswered(const struct shot_grabber *grabber);

/* Drop everything of a request except its pixels: pointer, cursor, windows. */
void shot_request_forget(struct shot_request *request);

/* Remove a request from its list, if it is in one, and free it with its resources. */
void shot_request_destroy(struct shot_request *request);

#endif
