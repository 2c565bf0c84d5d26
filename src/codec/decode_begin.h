/* How each codec begins to decode: with the size that the file claims. */
#ifndef SHOT_CODEC_DECODE_BEGIN_H
#define SHOT_CODEC_DECODE_BEGIN_H

#include "image/view.h"

/* Check the claimed size, and make a bgrx image for it. A codec compares the claimed size with the
 * bytes of the file before it allocates. EFORMAT (no pixels), EFBIG (more than `max_pixels`),
 * ENOMEM. */
bool shot_decode_check(const char *format, uint32_t width, uint32_t height, size_t max_pixels,
	struct shot_error *err);
bool shot_decode_begin(const char *format, uint32_t width, uint32_t height, size_t max_pixels,
	struct shot_view *out, struct shot_error *err);

#endif
