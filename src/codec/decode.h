/* Decodes a file's bytes, which may be hostile, to a picture. */
#ifndef SHOT_CODEC_DECODE_H
#define SHOT_CODEC_DECODE_H

#include "codec/encode.h"

#define SHOT_MAX_PIXELS ((size_t)1 << 27) /* the default limit of a picture: 512 MiB of bgrx */

/* Whether the bytes begin as a picture of a format that this build reads. */
bool shot_is_picture(const uint8_t *data, size_t size);

/* A picture from a file, with the origin that the file records. */
struct shot_picture {
	struct shot_view view;
	struct shot_kept_origin origin;
};

/* Decode to a bgrx image of at most `max_pixels`. Transparency is dropped: the colors stay as they
 * are stored. EFORMAT (not a picture, or a damaged one), EFBIG (more pixels), ENOMEM. */
bool shot_picture_decode(const uint8_t *data, size_t size, size_t max_pixels,
	struct shot_picture *out, struct shot_error *err);

#endif
