/* A slot: luashot's memory that the display server writes into. Its owner counts the pool, the
 * requests in flight and the views. The holder that drops the last reference unmaps it, on any
 * thread and without a message to the server (the pool detaches the slots that it retires while the
 * connection lives). */
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
		uint64_t ticket;	/* of the damage log, up to which it is fresh; 0: unknown */
		struct shot_rect drawn; /* drawn by luashot over the server's pixels; on the root */
		int64_t whole_ns;	/* time of the last full read */
	} content;

	struct shot_changes changes; /* the list of the frame in it */

	int64_t last_used; /* the rest is the pool's own; monotonic ns */
	bool is_retired;   /* to be freed as soon as it is idle */
};

/* Make a slot and request its attachment, if its path has one. The caller holds the only reference.
 * NULL with the system's own code when no memory, descriptor or mapping is available. */
struct shot_slot *shot_slot_create(
	struct shot_source *source, enum shot_memory memory, size_t size, struct shot_error *err);

/* The slot that holds a view's pixels; NULL when they are not in a slot. */
const struct shot_slot *shot_slot_of(const struct shot_view *view);

#endif
