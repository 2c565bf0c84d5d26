/* A reader's knowledge of its ring's writer: whether one was attached and is gone. */
#ifndef ZB_WRITER_PRESENCE_H
#define ZB_WRITER_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "zerobuffer/object.h"

/* The traces that a writer leaves. */
struct zb_traces {
	uint64_t pid, frames, metadata;
};

struct zb_presence {
	struct zb_peer peer;
	struct zb_traces forgotten; /* of an earlier writer */
	bool seen;		    /* a writer has been seen since then */
	int64_t next;		    /* the time of the next check */
};

/* Check whether a live writer is attached. */
bool zb_presence_look(struct zb_presence *presence, const struct zb_object *object);

/* Whether a writer was attached and is gone; false when the answer would need a system call before
 * the next check is due. */
bool zb_presence_is_known_gone(
	struct zb_presence *presence, const struct zb_object *object, int64_t now);

/* Forget the writer that is gone. */
void zb_presence_forget(struct zb_presence *presence, const struct zb_object *object);

#endif
