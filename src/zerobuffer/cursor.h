/* A reader's position in its ring, and its next frame. The cursor checks everything in shared
 * memory before it relies on it, and changes nothing there before a whole frame is valid.
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

/* Zero it to start. */
struct zb_cursor {
	uint64_t position;   /* of the next header, less than the ring's size */
	uint64_t read_count; /* frames and wrap markers */
	uint64_t unread;     /* bytes from there on that the writer is known to have written */
	uint64_t sequence;   /* of the last frame */
	uint64_t writer;     /* process that was the writer then */
	uint64_t held;	     /* bytes taken and not yet given back */

	/* The last finding of zb_cursor_settle. */
	bool doubted;
	uint64_t doubted_vacant, doubted_count;
};

/* The next frame. */
struct zb_next {
	uint64_t position; /* of its header */
	uint64_t skip;	   /* bytes of the tail that it follows */
	uint64_t markers;  /* 1 when a wrap marker precedes it */
	struct zb_header header;
};

enum zb_look {
	ZB_LOOK_FRAME,	 /* `next` is filled */
	ZB_LOOK_NOTHING, /* no frame is written yet, even if a token came */
	ZB_LOOK_FAULT,	 /* `err` is filled: ECORRUPT, EFRAMESIZE, ESEQUENCE */
};

/* Look for the next frame. `settled`: all stores of the writer are visible here, because a token
 * was taken or the writer is gone. After an ESEQUENCE the stream continues with the frame that
 * arrived. */
enum zb_look zb_cursor_look(struct zb_cursor *cursor, const struct zb_object *object, bool settled,
	struct zb_next *next, struct shot_error *err);

/* Take the frame that zb_cursor_look found; returns the bytes to give back for it. */
uint64_t zb_cursor_take(
	struct zb_cursor *cursor, const struct zb_object *object, const struct zb_next *next);

/* Give the oldest held bytes back to the writer. When no more are held, correct the free bytes,
 * which a writer's plain -= (1.1.7) or a killed writer may have left wrong. */
void zb_cursor_give(struct zb_cursor *cursor, const struct zb_object *object, uint64_t credit);

/* Call this when no frame has come for a while. If everything has been read and given back, but the
 * free bytes or the counts disagree, the writer may be writing a frame. If the next call finds the
 * same state, it corrects them. The missing bytes may be those that a writer takes before its frame
 * is seen: the tail of the ring, or all of it. A stopped writer goes on with what it took, so these
 * are given back only while the writer waits for room, or has written nothing yet. Returns whether
 * it corrected them, so that the caller wakes a waiting writer. */
bool zb_cursor_settle(struct zb_cursor *cursor, const struct zb_object *object);

/* Call this when the writer is gone and none of its whole frames is left. It corrects unfinished
 * work (a wrap without its frame, bytes not taken or taken in vain, a count) for the next writer.
 * */
void zb_cursor_mend(struct zb_cursor *cursor, const struct zb_object *object);

#endif
