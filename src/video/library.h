/* libavformat, libavcodec and libavutil, loaded when the first video is made, because they depend
 * on a hundred libraries. Include this instead of their headers. */
#ifndef SHOT_VIDEO_LIBRARY_H
#define SHOT_VIDEO_LIBRARY_H

#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>

#include "base/error.h"

struct shot_video_library; /* video/functions.h */

/* Load the libraries, or find them loaded; on any thread. NULL when they are not installed:
 * ENOTSUP, with the package to install. */
const struct shot_video_library *shot_video_library(struct shot_error *err);

/* The last complaint of the libraries on this thread, without its newline; "" for none. Calling it
 * forgets the complaint. Valid until the next one. */
const char *shot_video_complaint(void);

/* Fail because a function of the libraries gave `status`: `what`, then its reason, or the
 * complaint. The code is the system's where the status is one (ENOSPC). */
bool shot_video_fail(struct shot_error *err, int status, const char *what);

#endif
