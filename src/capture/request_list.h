/* The requests of a grabber, in flight and abandoned. */
#ifndef SHOT_CAPTURE_REQUEST_LIST_H
#define SHOT_CAPTURE_REQUEST_LIST_H

#include <stdint.h>

#include "capture/grabber.h"

/* Settle what abandoned requests have got replies, and cut all requests off from a grabber that
 * closes. */
void shot_request_reap(struct shot_grabber *grabber);
void shot_request_orphan(struct shot_grabber *grabber);

/* Before closing: wait until `deadline` for the replies to requests whose buffers are not the
 * pool's. Somebody else may get that memory, so what the server has not answered by then is never
 * given back. */
void shot_request_drain(struct shot_grabber *grabber, int64_t deadline);

/* Requests whose replies have not been read; and those of them that were given up. */
unsigned shot_request_count(const struct shot_grabber *grabber);
unsigned shot_request_unanswered(const struct shot_grabber *grabber);

/* Drop what a request knows and asks but for its pixels: pointer, cursor, windows. */
void shot_request_forget(struct shot_request *request);

/* Take a request out of its list, if it is in one, and free it with all that it holds. */
void shot_request_destroy(struct shot_request *request);

#endif
