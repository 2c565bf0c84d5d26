/* Provides the destination of a request's pixels: a slot of the pool, or a reservation in a ring.
 * */
#ifndef SHOT_CAPTURE_BUFFER_SOURCE_H
#define SHOT_CAPTURE_BUFFER_SOURCE_H

#include <stddef.h>

#include "base/error.h"
#include "base/owner.h"
#include "capture/attachment.h"

struct shot_buffer_source;

struct shot_buffer {
	struct shot_owner *owner; /* holds it; one reference is the taker's */
	struct shot_buffer_source
		*buffers; /* the source of the buffer, valid while the taker holds it */
	struct shot_attachment *attachment;
	size_t offset; /* of the buffer in the attachment's memory, a multiple of 4 */
};

struct shot_buffer_source {
	/* Take a buffer of at least `bytes`; false with the reason why none is available. */
	bool (*take)(struct shot_buffer_source *buffers, size_t bytes, struct shot_buffer *out,
		struct shot_error *err);
	/* The server has refused to attach this buffer's memory: never hand it out again. The taker
	 * still drops its reference. */
	void (*refuse)(struct shot_buffer_source *buffers, const struct shot_buffer *buffer);
};

#endif
