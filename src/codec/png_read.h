/* Reading PNG, by libpng. */
#ifndef SHOT_CODEC_PNG_READ_H
#define SHOT_CODEC_PNG_READ_H

#include "codec/decode_begin.h"

/* As `matches` and `decode` of struct shot_codec (codec/encode.h). */
bool shot_png_matches(const uint8_t *data, size_t size);
bool shot_png_decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
	struct shot_error *err);

#endif
