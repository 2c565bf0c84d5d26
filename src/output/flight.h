/* What a flight recorder keeps, and the files that it is asked for. */
#ifndef SHOT_OUTPUT_FLIGHT_H
#define SHOT_OUTPUT_FLIGHT_H

#include "base/poll.h"
#include "output/path.h"
#include "output/template.h"
#include "video/packets.h"

struct shot_flight;

/* Packets of the last `span` (in the encoder's time base), in `bytes` at most. */
struct shot_flight *shot_flight_create(
	const AVCodecContext *encoder, int64_t span, size_t bytes, struct shot_error *err);

/* Ask for a file, on any thread: all that is kept, and what comes in `after` of the time base. The
 * number, or 0 with EBUSY or ENOMEM. */
uint64_t shot_flight_ask(struct shot_flight *flight, const char *template, int64_t after,
	const struct shot_template_fields *fields, struct shot_error *err);

/* What became of it, once, on any thread. */
enum shot_poll shot_flight_take(struct shot_flight *flight, uint64_t number,
	struct shot_path_buffer *path, struct shot_error *err);

/* The rest on the encoder's thread. */

bool shot_flight_add(struct shot_flight *flight, const AVPacket *packet, struct shot_error *err);

bool shot_flight_needs_key(const struct shot_flight *flight);

/* Begin the files that were asked for, and end those that have all, now that it is `now`, until
 * when the last picture is seen; at the end of it all every one. Returns whether one was finished.
 */
bool shot_flight_serve(struct shot_flight *flight, int64_t now, bool is_end);

size_t shot_flight_bytes(const struct shot_flight *flight);

/* NULL is allowed. */
void shot_flight_destroy(struct shot_flight *flight);

#endif
