/* The end of a request: its frames. */
#ifndef SHOT_CAPTURE_REQUEST_DELIVER_H
#define SHOT_CAPTURE_REQUEST_DELIVER_H

struct shot_frame;
struct shot_request;

/* Fill `frames`, one for each target, with a reference to the buffer each: numbered, masked, the
 * cursor drawn, and with what has changed where that is known. */
void shot_request_deliver(const struct shot_request *request, struct shot_frame *frames);

#endif
