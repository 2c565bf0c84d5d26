/* A flight recorder: the packets that it keeps, and the files that callers request. */
#ifndef SHOT_OUTPUT_FLIGHT_H
#define SHOT_OUTPUT_FLIGHT_H

#include "base/poll.h"
#include "output/path.h"
#include "output/template.h"
#include "video/packets.h"

struct shot_flight;

/* Keep the packets of the last `span` (in the encoder's time base), in at most `bytes`. */
struct shot_flight *shot_flight_create(
	const AVCodecContext *encoder, int64_t span, size_t bytes, struct shot_error *err);

/* Request a file, on any thread: all kept packets, and those of the next `after` of the time base.
 * Returns its number, or 0 with EBUSY or ENOMEM. */
uint64_t shot_flight_ask(struct shot_flight *flight, const char *template, int64_t after,
	const struct shot_template_fields *fields, struct shot_error *err);

/* The outcome of a file, returned once, on any thread. */
enum shot_poll shot_flight_take(struct shot_flight *flight, uint64_t number,
	struct shot_path_buffer *path, struct shot_error *err);

/* The other functions run on the encoder's thread. */

/* Keep a packet, with a reference of its own, and write it to the files in progress. A file that
 * fails ends alone. ENOMEM. */
bool shot_flight_add(struct shot_flight *flight, const AVPacket *packet, struct shot_error *err);

/* As shot_packets_need_key. */
bool shot_flight_needs_key(const struct shot_flight *flight);

/* At `now`, begin the requested files, and end the complete ones, whose last picture is seen until
 * `now`; with `is_end`, end all of them. Returns whether one was finished.
 */
bool shot_flight_serve(struct shot_flight *flight, int64_t now, bool is_end);

/* The moment on the monotonic clock when shot_flight_flush is due, SHOT_FOREVER for none. */
int64_t shot_flight_deadline(struct shot_flight *flight);

/* As shot_video_file_flush, of all files that are being written. */
void shot_flight_flush(struct shot_flight *flight, int64_t until);

/* Bytes of the kept packets. */
size_t shot_flight_bytes(const struct shot_flight *flight);

/* NULL is allowed. */
void shot_flight_destroy(struct shot_flight *flight);

#endif
