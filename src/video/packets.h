/* The newest packets of an encoder, bounded by time and by bytes, for a flight recorder. */
#ifndef SHOT_VIDEO_PACKETS_H
#define SHOT_VIDEO_PACKETS_H

#include "video/library.h"

struct shot_packets;

/* Keep the packets of the last `span` (in the encoder's time base), and the earlier ones back to a
 * key packet, without which they cannot be played; in all never more than `bytes`. */
struct shot_packets *shot_packets_create(int64_t span, size_t bytes, struct shot_error *err);

/* Keep a packet, with a reference of its own; older ones are dropped. */
bool shot_packets_add(struct shot_packets *packets, const AVPacket *packet, struct shot_error *err);

/* Whether a key packet should be next: packets can be dropped only up to a key packet, and those
 * since the last one take a quarter of the limit. */
bool shot_packets_need_key(const struct shot_packets *packets);

/* The `i`th, oldest first, from 0: a key packet; NULL past the last. Valid until the next is added.
 */
const AVPacket *shot_packets_at(const struct shot_packets *packets, size_t i);

/* Bytes of them all, their bookkeeping included. */
size_t shot_packets_bytes(const struct shot_packets *packets);

/* NULL is allowed. */
void shot_packets_destroy(struct shot_packets *packets);

#endif
