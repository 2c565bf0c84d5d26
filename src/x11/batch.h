/* Replies that are awaited together: requests go out at once, and nothing blocks until they are in.
 */
#ifndef SHOT_X11_BATCH_H
#define SHOT_X11_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include <xcb/xcb.h>

struct shot_batch {
	struct shot_answer {
		unsigned sequence;
		bool in;
		void *reply;		    /* NULL when the server refused */
		xcb_generic_error_t *error; /* why */
	} * answers;
	size_t count, capacity;
};

/* Await the reply to `sequence` (a cookie's), which may be sent now or with what follows. Returns
 * its index, or -1 for lack of memory, when the reply has been discarded. */
int shot_batch_add(struct shot_batch *batch, xcb_connection_t *xcb, unsigned sequence);

/* Take in what has arrived, without blocking; true when all are in, or the connection is lost. */
bool shot_batch_poll(struct shot_batch *batch, xcb_connection_t *xcb);

/* The reply at `index`, NULL when refused, lost or `index` is -1. The batch owns it. */
const void *shot_batch_reply(const struct shot_batch *batch, int index);

/* Why the one at `index` was refused, NULL when it was not; also of a checked request that has no
 * reply, whose outcome is known with that of a later one. */
const xcb_generic_error_t *shot_batch_error(const struct shot_batch *batch, int index);

/* Free all replies and tell xcb to drop those that are still to come. */
void shot_batch_finish(struct shot_batch *batch, xcb_connection_t *xcb);

#endif
