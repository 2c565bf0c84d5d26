/* A slot: memory of ours that the display server writes into. Its owner counts the pool, the
 * requests in flight and the views; whoever drops the last reference unmaps it, on any thread and
 * without a word to the server (the pool detaches what it retires while the connection lives). */
#ifndef SHOT_CAPTURE_SLOT_H
#define SHOT_CAPTURE_SLOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/owner.h"
#include "base/rect.h"
#include "base/segment.h"
#include "capture/attachment.h"
#include "capture/frame.h"
#include "capture/path.h"

struct shot_source;

struct shot_slot {
	struct shot_owner owner;
	struct shot_attachment attachment; /* its size: the class in bytes */
	enum shot_memory memory;
	struct shot_segment segment; /* SHOT_MEMORY_SYSV has the kernel's own instead */
	struct shot_content {
		struct shot_rect rect;	/* of the root */
		uint64_t ticket;	/* of the damage log that it is as fresh as; 0: unknown */
		struct shot_rect drawn; /* by us, over what the server sent; on the root */
		int64_t whole_ns;	/* when all of it was last read */
	} content;

	struct shot_changes changes; /* what the frame in it lists */

	int64_t last_used; /* the rest is the pool's own; monotonic ns */
	bool is_retired;   /* goes as soon as it is idle */
};

/* Make a slot and send for its attachment, if there is one. The caller holds the one reference.
 * NULL with the system's own code when there is no memory, descriptor or mapping to be had. */
struct shot_slot *shot_slot_create(
	struct shot_source *source, enum shot_memory memory, size_t size, struct shot_error *err);

/* The slot whose pixels a view shows; NULL when they are somewhere else. */
const struct shot_slot *shot_slot_of(const struct shot_view *view);

#endif
