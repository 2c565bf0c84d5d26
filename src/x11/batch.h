/* Replies that are awaited together: all requests go out at once, and polling never blocks.
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
		xcb_generic_error_t *error; /* the refusal */
	} * answers;
	size_t count, capacity;
};

/* Await the reply to `sequence` (of a cookie), which may be sent now or with later requests.
 * Returns its index. -1: memory is short, and the reply is discarded. */
int shot_batch_add(struct shot_batch *batch, xcb_connection_t *xcb, unsigned sequence);

/* Read the replies that have arrived, without blocking; true when all have, or the connection is
 * lost. */
bool shot_batch_poll(struct shot_batch *batch, xcb_connection_t *xcb);

/* The reply at `index`, NULL when refused, lost or `index` is -1. The batch owns it. */
const void *shot_batch_reply(const struct shot_batch *batch, int index);

/* The refusal of the request at `index`, NULL when there is none. This includes a checked request
 * without a reply, whose outcome is known when a later reply has arrived. */
const xcb_generic_error_t *shot_batch_error(const struct shot_batch *batch, int index);

/* Free all replies, and let xcb discard those that have not arrived. */
void shot_batch_finish(struct shot_batch *batch, xcb_connection_t *xcb);

#endif
