/* What the targets of the decoders have in common. */
#ifndef SPEC_FUZZ_DECODE_H
#define SPEC_FUZZ_DECODE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/decode.h"

#define MOST_PIXELS (1 << 16)

/* Decode by the codec of that name; what it makes must be as large as it was allowed to, all of it
 * there to be written over. */
static inline void fuzz_decode(const char *name, const uint8_t *data, size_t size)
{
	const struct shot_codec *codec = shot_codec_by_name(name);
	struct shot_view view;
	struct shot_error err;
	struct shot_kept_origin origin = {0};
	if (!codec || !codec->matches(data, size)) {
		return;
	}
	if (codec->read_origin) {
		codec->read_origin(data, size, &origin);
	}
	if (strlen(origin.source) >= sizeof origin.source || origin.wall_ns < 0) {
		abort();
	}
	if (!codec->decode(data, size, MOST_PIXELS, &view, &err)) {
		return;
	}
	if ((int64_t)view.width * view.height > MOST_PIXELS) {
		abort();
	}
	for (int32_t y = 0; y < view.height; y++) {
		uint8_t *row = shot_view_row(&view, y);
		for (int32_t x = 0; x < 4 * view.width; x++) {
			row[x] ^= 1;
		}
	}
	shot_view_unref(&view);
}

#endif
