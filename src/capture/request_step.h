/* The phases of a request: what is asked next, what the answers lead to, and the frames that come
 * of them. Nothing here blocks. */
#ifndef SHOT_CAPTURE_REQUEST_STEP_H
#define SHOT_CAPTURE_REQUEST_STEP_H

#include <stdbool.h>

#include "base/error.h"
#include "base/poll.h"

struct shot_frame;
struct shot_request;

/* Send the first questions: for what the targets need, or for the layout, if it is not known. */
bool shot_request_start(struct shot_request *request, struct shot_error *err);

/* Take in what the phase at hand waits for, and go on from there, flushing what is asked next.
 * Done: `frames`, one for each target, are filled, with a reference to the buffer each. */
enum shot_poll shot_request_step(
	struct shot_request *request, struct shot_frame *frames, struct shot_error *err);

#endif
