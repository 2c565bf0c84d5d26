/* The phases of a request: what is asked next, and what the answers lead to. Nothing here blocks.
 */
#ifndef SHOT_CAPTURE_REQUEST_STEP_H
#define SHOT_CAPTURE_REQUEST_STEP_H

#include <stdbool.h>

#include "base/error.h"

struct shot_request;

enum shot_progress {
	SHOT_PROGRESS_FAILED,
	SHOT_PROGRESS_AGAIN,   /* on to the next phase, whose requests wait to be flushed */
	SHOT_PROGRESS_WAITING, /* a reply is not in */
	SHOT_PROGRESS_DONE,    /* the buffer holds the frames */
};

/* Send the first questions: for what the targets need, or for the layout, if it is not known. */
bool shot_request_start(struct shot_request *request, struct shot_error *err);

/* Take in what the phase at hand waits for, and go on from there. */
enum shot_progress shot_request_step(struct shot_request *request, struct shot_error *err);

#endif
