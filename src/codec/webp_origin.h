/* The origin that a WebP records: a chunk with Exif, by libwebpmux. */
#ifndef SHOT_CODEC_WEBP_ORIGIN_H
#define SHOT_CODEC_WEBP_ORIGIN_H

#include "codec/encode.h"

/* Append the file at `data` with its origin added; unchanged when libwebpmux is not installed.
 * ENOMEM. */
bool shot_webp_write(struct shot_blob *out, const uint8_t *data, size_t size,
	const struct shot_origin *origin, struct shot_error *err);

/* Read the origin of a file that begins as a WebP. Malformed fields are ignored. */
void shot_webp_read_origin(const uint8_t *data, size_t size, struct shot_kept_origin *kept);

#endif
