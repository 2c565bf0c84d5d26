/* The newest packets of an encoder, bounded by time and by bytes: what a flight recorder keeps. */
#ifndef SHOT_VIDEO_PACKETS_H
#define SHOT_VIDEO_PACKETS_H

#include "video/library.h"

struct shot_packets;

/* The packets of the last `span` (in the encoder's time base), and what comes before them up to a
 * key packet, without which they cannot be played; of all that never more than `bytes`. */
struct shot_packets *shot_packets_create(int64_t span, size_t bytes, struct shot_error *err);

/* Keep a packet, with a reference of its own; older ones go. */
bool shot_packets_add(struct shot_packets *packets, const AVPacket *packet, struct shot_error *err);

/* Whether a key packet should be next, because packets can only go up to one, and all since the
 * last one are a quarter of what may be kept. */
bool shot_packets_need_key(const struct shot_packets *packets);

/* The `i`th, oldest first, from 0: a key packet; NULL past the last. Valid until the next is added.
 */
const AVPacket *shot_packets_at(const struct shot_packets *packets, size_t i);

/* Bytes of them all, their bookkeeping included. */
size_t shot_packets_bytes(const struct shot_packets *packets);

/* NULL is allowed. */
void shot_packets_destroy(struct shot_packets *packets);

#endif
