/* A capture in phases: begin sends, poll reads the replies, cancel gives up. A request holds a
 * reference to its buffer until the last reply has been read, because the server may write at any
 * time, even after the caller has given up. */
#ifndef SHOT_CAPTURE_REQUEST_H
#define SHOT_CAPTURE_REQUEST_H

#include "base/poll.h"
#include "capture/frame.h"
#include "capture/grabber.h"
#include "capture/buffer_source.h"
#include "capture/target.h"

#define SHOT_REQUEST_TARGETS 4096 /* in one request */

/* Send the request for `count` targets (1 to SHOT_REQUEST_TARGETS), which land side by side in one
 * buffer of `buffers`; all are sent before the first reply is read. NULL with the error of
 * `buffers`, or ELOST. The request is the caller's, to poll to its end or to cancel; `buffers` must
 * live until then. */
struct shot_request *shot_request_begin(struct shot_grabber *grabber,
	const struct shot_target *targets, unsigned count, struct shot_buffer_source *buffers,
	struct shot_error *err);

/* Read the replies that have arrived, without blocking; while it waits, it waits for the display's
 * descriptor. Done: `frames` (one for each target) hold the captures, with a reference each.
 * Failed, as a whole: ENOMONITOR, EGEOMETRY (both confirmed with a fresh layout), ENOWINDOW,
 * EHIDDEN, EAGAIN (a window that keeps moving), ELOST, or those of shot_request_begin. After Done
 * and Failed the request is freed. If the layout changed during the capture, it is read again, and
 * the capture is repeated once if its rectangles moved. */
enum shot_poll shot_request_poll(
	struct shot_request *request, struct shot_frame *frames, struct shot_error *err);

/* The time of the next poll at the latest, even without data from the server; mostly SHOT_FOREVER.
 * */
int64_t shot_request_wake(const struct shot_request *request);

/* Give up. The buffer becomes free after the last reply. NULL is allowed. */
void shot_request_cancel(struct shot_request *request);

#endif
