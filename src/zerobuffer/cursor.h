/* Where a reader stands in its ring, and what comes next. Everything in shared memory is checked
 * before it is believed, and nothing there is changed before all of a frame is right.
 *
 * The writer's position tells what has been written; tokens only wake, and free bytes are for the
 * writer. Equal positions are an empty ring or a full one: the counts decide, and where a writer's
 * count has drifted (Python counts wrap markers that it does not write), the frame that would be
 * next. */
#ifndef ZB_CURSOR_H
#define ZB_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "zerobuffer/object.h"

/* All zero at the start. */
struct zb_cursor {
	uint64_t position;   /* of the next header, less than the ring's size */
	uint64_t read_count; /* frames and wrap markers */
	uint64_t sequence;   /* of the last frame */
	uint64_t held;	     /* bytes taken and not yet given back */

	/* What zb_cursor_settle found. */
	bool doubted;
	uint64_t doubted_vacant, doubted_count;
};

/* The next frame. */
struct zb_next {
	uint64_t position; /* of its header */
	uint64_t skip;	   /* bytes of the tail that it follows */
	uint64_t markers;  /* 1 when a wrap marker stands there */
	struct zb_header header;
};

enum zb_look {
	ZB_LOOK_FRAME,	 /* `next` is filled */
	ZB_LOOK_NOTHING, /* none is written yet, whatever a token said */
	ZB_LOOK_FAULT,	 /* `err` is filled: ECORRUPT, EFRAMESIZE, ESEQUENCE */
};

/* Look for the next frame. `settled` says that what the writer has stored is visible here: a token
 * was taken, or the writer is gone. After an ESEQUENCE the stream goes on with what came. */
enum zb_look zb_cursor_look(struct zb_cursor *cursor, const struct zb_object *object, bool settled,
	struct zb_next *next, struct shot_error *err);

/* Take the frame that was found; returns the bytes to give back for it. */
uint64_t zb_cursor_take(
	struct zb_cursor *cursor, const struct zb_object *object, const struct zb_next *next);

/* Give the oldest of the bytes that are held back to the writer. When that was all, the free bytes
 * are made good, which a writer's plain -= may have left wrong (1.1.7), or one that was killed. */
void zb_cursor_give(struct zb_cursor *cursor, const struct zb_object *object, uint64_t credit);

/* Nothing has come for a while. When all has been read and given back, and the free bytes or the
 * counts say otherwise, the writer may be amid a frame; found the same the next time, they are made
 * good. Returns whether they were, so that a writer that waits shall look. */
bool zb_cursor_settle(struct zb_cursor *cursor, const struct zb_object *object);

/* The writer is gone, and no whole frame of its is left: make good what it left half done (a wrap
 * without its frame, bytes that it has not taken or taken in vain, a count), for the next one. */
void zb_cursor_mend(struct zb_cursor *cursor, const struct zb_object *object);

#endif
