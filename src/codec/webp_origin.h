/* Where a picture came from in a WebP: a chunk with Exif, by libwebpmux. */
#ifndef SHOT_CODEC_WEBP_ORIGIN_H
#define SHOT_CODEC_WEBP_ORIGIN_H

#include "codec/encode.h"

/* Append the file at `data` with what is known of its origin; as it is where libwebpmux is not
 * installed. ENOMEM. */
bool shot_webp_write(struct shot_blob *out, const uint8_t *data, size_t size,
	const struct shot_origin *origin, struct shot_error *err);

/* Of a file that begins as one; hostile bytes are left out. */
void shot_webp_read_origin(const uint8_t *data, size_t size, struct shot_kept_origin *kept);

#endif
