/* The phases of a request, from the first questions to the finished frames. No function here
 * blocks. */
#ifndef SHOT_CAPTURE_REQUEST_STEP_H
#define SHOT_CAPTURE_REQUEST_STEP_H

#include <stdbool.h>

#include "base/error.h"
#include "base/poll.h"

struct shot_frame;
struct shot_request;

/* Send the first questions: those of the targets, or for the layout if it is not known. */
bool shot_request_start(struct shot_request *request, struct shot_error *err);

/* Read the answers of the current phase, and continue with the next, flushing its questions.
 * Done: `frames`, one for each target, are filled, with a reference to the buffer each. */
enum shot_poll shot_request_step(
	struct shot_request *request, struct shot_frame *frames, struct shot_error *err);

#endif
