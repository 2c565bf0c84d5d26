/* Writes packets to a file, by a muxer of libavformat. The file can be played at any moment, up to
 * the last half second, if it is flushed in time. */
#ifndef SHOT_VIDEO_MUXER_H
#define SHOT_VIDEO_MUXER_H

#include "video/library.h"

struct shot_muxer;

/* Open a muxer for the file `fd`, which stays the caller's; `path` is its name, for its extension
 * and for messages. The first packet must be a key packet, and is at the file's time 0. */
struct shot_muxer *shot_muxer_open(
	int fd, const char *path, const AVCodecContext *encoder, struct shot_error *err);

/* Write a packet; times are in the encoder's time base. The muxer takes a reference of its own, and
 * writes a packet when the next one comes, which tells how long it is seen. */
bool shot_muxer_put(struct shot_muxer *muxer, const AVPacket *packet, struct shot_error *err);

/* The moment on the monotonic clock when shot_muxer_flush is due, SHOT_FOREVER for none. */
int64_t shot_muxer_deadline(const struct shot_muxer *muxer);

/* Write the packets that were put half a second ago or earlier. The last picture is shown at least
 * until `until` (in the encoder's time base). */
bool shot_muxer_flush(struct shot_muxer *muxer, int64_t until, struct shot_error *err);

/* Write all packets that were put so far. Their last picture is shown until `until`, which is the
 * time 0 of later packets. */
bool shot_muxer_go_on(struct shot_muxer *muxer, int64_t until, struct shot_error *err);

/* Write the rest: the last picture is seen until `until` (in the encoder's time base), and the file
 * gets its end. Call it after a failure as well: it completes the written part, if it can. */
bool shot_muxer_finish(struct shot_muxer *muxer, int64_t until, struct shot_error *err);

/* After the end: how long the video lasts. */
double shot_muxer_seconds(const struct shot_muxer *muxer);

/* Bytes that the file has so far. */
int64_t shot_muxer_bytes(const struct shot_muxer *muxer);

/* NULL is allowed. */
void shot_muxer_close(struct shot_muxer *muxer);

#endif
