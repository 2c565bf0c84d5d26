/* Writes packets to a file, by a muxer of libavformat. The file can be played at any moment, up to
 * the last second and a half. */
#ifndef SHOT_VIDEO_MUXER_H
#define SHOT_VIDEO_MUXER_H

#include "video/library.h"

struct shot_muxer;

/* Open a muxer for the file `fd`, which stays the caller's; `path` is its name, for its extension
 * and for messages. The first packet must be a key packet, and is at the file's time 0. With
 * `is_slow`, for a time lapse, the muxer writes each packet to the file at once, not once a second
 * of the video. */
struct shot_muxer *shot_muxer_open(int fd, const char *path, const AVCodecContext *encoder,
	bool is_slow, struct shot_error *err);

/* Write a packet; times are in the encoder's time base. The muxer takes a reference of its own, and
 * writes a packet when the next one comes. */
bool shot_muxer_put(struct shot_muxer *muxer, const AVPacket *packet, struct shot_error *err);

/* Write what was put so far, whose last picture is seen until `until`: the time 0 of what is put
 * from now on. */
bool shot_muxer_go_on(struct shot_muxer *muxer, int64_t until, struct shot_error *err);

/* Write the rest: the last picture is seen until `until` (in the encoder's time base), and the file
 * gets its end. Call it after a failure as well: it completes the written part, if it can. */
bool shot_muxer_finish(struct shot_muxer *muxer, int64_t until, struct shot_error *err);

/* Bytes that the file has so far. */
int64_t shot_muxer_bytes(const struct shot_muxer *muxer);

/* NULL is allowed. */
void shot_muxer_close(struct shot_muxer *muxer);

#endif
