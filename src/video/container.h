/* Containers by the extensions of files' names. */
#ifndef SHOT_VIDEO_CONTAINER_H
#define SHOT_VIDEO_CONTAINER_H

#include "video/library.h"

/* The format of a file of that name; NULL with EINVAL when the name is not a video's. */
const AVOutputFormat *shot_container_of(const char *path, struct shot_error *err);

/* Whether a muxer of `format` writes fragments while it runs, as for MP4, so that the file must be
 * written again at the end. */
bool shot_container_is_fragmented(const AVOutputFormat *format);

#endif
