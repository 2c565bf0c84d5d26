/* The pixels of one request, by the best way there is: a patch of a slot that is nearly fresh, or a
 * plain reading of all parts into a buffer of the request's supply. */
#ifndef SHOT_CAPTURE_FETCH_H
#define SHOT_CAPTURE_FETCH_H

#include "capture/grabber.h"
#include "capture/patch.h"
#include "capture/reading.h"
#include "capture/supply.h"

struct shot_fetch {
	struct shot_grabber *grabber;
	struct shot_supply *supply;
	bool is_whole;		     /* read all at once, whatever has changed */
	struct shot_reading reading; /* the caller's parts with their rectangles on the root */

	struct shot_buffer buffer; /* where they are, once they are in; no owner: none taken */
	struct shot_patch *patch;  /* while one is under way */
	uint64_t ticket; /* of the damage log that the pixels are as fresh as; 0: unknown */
};

/* Take a buffer and send; the caller has filled the first four fields, and flushes. False with the
 * supply's reason, grabber->is_starved telling whether it was for want of a slot. */
bool shot_fetch_begin(struct shot_fetch *fetch, struct shot_error *err);

/* Go on without blocking. SHOT_PART_IN: `buffer` holds the parts at their offsets. */
enum shot_part_state shot_fetch_poll(struct shot_fetch *fetch, struct shot_error *err);

/* Whether the server may still write. */
bool shot_fetch_is_awaited(const struct shot_fetch *fetch);

/* Take in late replies to a fetch that was given up; true when nothing is awaited any more. */
bool shot_fetch_settle(struct shot_fetch *fetch);

/* Let go of the buffer. */
void shot_fetch_drop(struct shot_fetch *fetch);

#endif
