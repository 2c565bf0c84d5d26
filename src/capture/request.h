/* A capture in phases: begin sends, poll takes in the replies, cancel gives up. A request holds a
 * reference to its buffer until the last reply has been read, because the server writes whenever it
 * gets to it, also after the caller has lost patience. */
#ifndef SHOT_CAPTURE_REQUEST_H
#define SHOT_CAPTURE_REQUEST_H

#include "base/poll.h"
#include "capture/frame.h"
#include "capture/grabber.h"
#include "capture/buffer_source.h"
#include "capture/target.h"

#define SHOT_REQUEST_TARGETS 4096 /* in one request */

/* Send the request for `count` targets (1 to SHOT_REQUEST_TARGETS), which land side by side in one
 * buffer of `buffers`; all are sent before the first reply is read. NULL with the buffers's error,
 * or ELOST. The request is the caller's, to poll to its end or to cancel; the buffers must live
 * until then. */
struct shot_request *shot_request_begin(struct shot_grabber *grabber,
	const struct shot_target *targets, unsigned count, struct shot_buffer_source *buffers,
	struct shot_error *err);

/* Take in what has arrived, without blocking; it waits for the display's descriptor. Done:
 * `frames` (one for each target) hold the captures, with a reference each. Failed, as a whole:
 * ENOMONITOR, EGEOMETRY (both confirmed with a fresh layout), ENOWINDOW, EHIDDEN, EAGAIN (a window
 * that does not keep still), ELOST, or those of shot_request_begin. On both the request is gone. A
 * layout that changed meanwhile is read anew, and the capture is repeated once where it matters. */
enum shot_poll shot_request_poll(
	struct shot_request *request, struct shot_frame *frames, struct shot_error *err);

/* When to poll at the latest, also without a word from the server; SHOT_FOREVER mostly. */
int64_t shot_request_wake(const struct shot_request *request);

/* Give up. The buffer comes back once the replies have. NULL is allowed. */
void shot_request_cancel(struct shot_request *request);

#endif
