/* Containers by the extensions of files' names. */
#ifndef SHOT_VIDEO_CONTAINER_H
#define SHOT_VIDEO_CONTAINER_H

#include "video/library.h"

/* The format of a file of that name; NULL with EINVAL where no video is called so. */
const AVOutputFormat *shot_container_of(const char *path, struct shot_error *err);

/* Whether it keeps what a muxer of `format` made while it ran from being a plain file: an MP4 in
 * fragments, which is made anew at the end. */
bool shot_container_is_fragmented(const AVOutputFormat *format);

#endif
