/* Rewrites an MP4 in fragments as a plain one that can start playing before it is complete. */
#ifndef SHOT_VIDEO_REMUX_H
#define SHOT_VIDEO_REMUX_H

#include "base/error.h"

/* Write the video of the regular file `from` to `to`, which must be readable; its name is `path`.
 * Nothing is encoded. The last picture is seen until the end of `seconds`. Both stay the caller's.
 */
bool shot_remux(int from, int to, const char *path, double seconds, struct shot_error *err);

#endif
