/* Whether the writer of a ring was there and is gone, as its reader sees it. */
#ifndef ZB_WRITER_PRESENCE_H
#define ZB_WRITER_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "zerobuffer/object.h"

/* What a writer leaves behind. */
struct zb_traces {
	uint64_t pid, frames, metadata;
};

struct zb_presence {
	struct zb_peer peer;
	struct zb_traces forgotten; /* of a writer that was there before */
	bool seen;		    /* a writer, since then */
	int64_t next;		    /* when it is time to look again */
};

/* Look whether a live writer is attached. */
bool zb_presence_look(struct zb_presence *presence, const struct zb_object *object);

/* Whether one was there and is not any more; false when to tell would take a system call before it
 * is time to look again. */
bool zb_presence_is_known_gone(
	struct zb_presence *presence, const struct zb_object *object, int64_t now);

/* Forget the writer that is gone. */
void zb_presence_forget(struct zb_presence *presence, const struct zb_object *object);

#endif
