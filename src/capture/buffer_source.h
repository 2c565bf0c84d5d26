/* Where the pixels of a request go: a slot of the pool, or a reservation in a ring. */
#ifndef SHOT_CAPTURE_BUFFER_SOURCE_H
#define SHOT_CAPTURE_BUFFER_SOURCE_H

#include <stddef.h>

#include "base/error.h"
#include "base/owner.h"
#include "capture/attachment.h"

struct shot_buffer_source;

struct shot_buffer {
	struct shot_owner *owner;	    /* holds it; one reference is the taker's */
	struct shot_buffer_source *buffers; /* who gave it, as long as the taker holds it */
	struct shot_attachment *attachment;
	size_t offset; /* where it starts in the attachment's memory, a multiple of 4 */
};

struct shot_buffer_source {
	/* A buffer of at least `bytes`; false with the reason why there is none now. */
	bool (*take)(struct shot_buffer_source *buffers, size_t bytes, struct shot_buffer *out,
		struct shot_error *err);
	/* The server has refused to attach this buffer's memory: never hand it out again. The taker
	 * still drops its reference. */
	void (*refuse)(struct shot_buffer_source *buffers, const struct shot_buffer *buffer);
};

#endif
