/* Publishes captures into a ring without a copy: the display server attaches the ring's memory and
 * writes the frame in place. A publisher connects one display and one writer. */
#ifndef SHOT_OUTPUT_PUBLISHER_H
#define SHOT_OUTPUT_PUBLISHER_H

#include "capture/frame.h"
#include "capture/grabber.h"
#include "capture/buffer_source.h"
#include "zerobuffer/writer.h"

struct shot_publisher;

/* Connect them: request the attachment of the ring's memory, if the display's path can attach a
 * descriptor. Both stay the caller's. The display may be closed first; the writer must not be
 * destroyed before the publisher. The caller holds the only reference. */
struct shot_publisher *shot_publisher_create(
	struct shot_grabber *grabber, struct zb_writer *writer, struct shot_error *err);

/* Detach, and drop the caller's reference; captures in flight hold their own. NULL is allowed. */
void shot_publisher_destroy(struct shot_publisher *publisher);

/* Whether its display was closed or reconnected: it can then only be destroyed. */
bool shot_publisher_has_parted(const struct shot_publisher *publisher);

/* The buffers of its requests: reservations in the ring, which fail as zb_writer_reserve does when
 * there is no room now; or the display's slots, to copy from, if the server cannot attach. */
struct shot_buffer_source *shot_publisher_buffers(struct shot_publisher *publisher);

/* Publish a frame of a request that used these buffers, without waiting. `*sequence` receives the
 * ring's number for it. The frame stays the caller's. EBUFFERFULL: the frame needs a copy and the
 * ring has no room now; the caller may try again. EREADERDEAD; ECORRUPT when a peer has truncated
 * the ring, so that pixels were lost. */
bool shot_publisher_commit(struct shot_publisher *publisher, const struct shot_frame *frame,
	uint64_t *sequence, struct shot_error *err);

/* The reason why frames are copied; NULL while they are not. */
const char *shot_publisher_reason(const struct shot_publisher *publisher);

#endif
