/* Where a reader stands in its ring, and what comes next. Everything in shared memory is checked
 * before it is believed, and nothing there is changed before all of a frame is right. */
#ifndef ZB_CURSOR_H
#define ZB_CURSOR_H

#include <stdint.h>

#include "base/error.h"
#include "zerobuffer/object.h"

/* All zero at the start. */
struct zb_cursor {
	uint64_t position;   /* of the next header */
	uint64_t read_count; /* frames and wrap markers */
	uint64_t sequence;   /* of the last frame */
	uint64_t held;	     /* bytes taken and not yet given back */
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

/* Look for the next frame. After an ESEQUENCE the stream goes on with what came. */
enum zb_look zb_cursor_look(struct zb_cursor *cursor, const struct zb_object *object,
	struct zb_next *next, struct shot_error *err);

/* Take the frame that was found; returns the bytes to give back for it. */
uint64_t zb_cursor_take(
	struct zb_cursor *cursor, const struct zb_object *object, const struct zb_next *next);

/* Give the oldest of the bytes that are held back to the writer. */
void zb_cursor_give(struct zb_cursor *cursor, const struct zb_object *object, uint64_t credit);

#endif
