/* Continues a video in the file of an older one. */
#ifndef SHOT_VIDEO_APPEND_H
#define SHOT_VIDEO_APPEND_H

#include "video/muxer.h"

/* Write the packets of the video in `fd` to the muxer's file; call it before the first packet is
 * put. EINVAL for a file that is not a video, or whose codec, size or settings differ, so that one
 * decoder could not read both. */
bool shot_append(struct shot_muxer *muxer, int fd, const AVCodecContext *encoder, const char *path,
	struct shot_error *err);

#endif
