/* A video that goes on in the file of an older one. */
#ifndef SHOT_VIDEO_APPEND_H
#define SHOT_VIDEO_APPEND_H

#include "video/muxer.h"

/* Write the packets of the video in `fd` first; what is put into the muxer comes after them. They
 * are in the muxer's file when this returns. EINVAL for a file that is no video, or one of another
 * codec, size or setting, whose pictures could not be decoded as the new ones are. */
bool shot_append(struct shot_muxer *muxer, int fd, const AVCodecContext *encoder, const char *path,
	struct shot_error *err);

#endif
