/* The pictures of an animated WebP, by libwebpmux. */
#ifndef SHOT_CODEC_WEBP_ANIMATION_H
#define SHOT_CODEC_WEBP_ANIMATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* One picture as a separate file, and the place of its upper left corner in the animation. */
struct shot_webp_part {
	uint8_t *data; /* WebPFree frees it */
	size_t size;
	int x, y;
};

/* The first picture of the animation at `data`. EFORMAT, or ENOTSUP without the library. */
bool shot_webp_first(
	const uint8_t *data, size_t size, struct shot_webp_part *out, struct shot_error *err);

#endif
