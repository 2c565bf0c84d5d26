/* Pictures for terminals that draw sixels (DEC's, of which xterm, foot, mlterm and others know). */
#ifndef SHOT_CODEC_SIXEL_H
#define SHOT_CODEC_SIXEL_H

#include "codec/encode.h"

/* Append the picture as one control string, with at most 256 colors (dithered, if it has more).
 * ENOTSUP without libsixel, or in a build without it; ENOMEM. */
bool shot_sixel_encode(const struct shot_view *view, struct shot_blob *out, struct shot_error *err);

#endif
