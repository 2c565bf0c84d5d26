/* PNG's container: the signature, chunks with their checksums, and the origin. */
#ifndef SHOT_CODEC_PNG_CHUNK_H
#define SHOT_CODEC_PNG_CHUNK_H

#include "codec/encode.h"

/* Write a chunk with the bytes at `data`. */
bool shot_png_chunk(struct shot_blob *blob, const char type[4], const void *data, size_t size,
	struct shot_error *err);

/* Write the chunks for the known fields of `origin`: pHYs, tIME, and the texts Creation Time (RFC
 * 3339, UTC, milliseconds), Source, Geometry ("640x480+10+20") and Software. */
bool shot_png_write_origin(
	struct shot_blob *blob, const struct shot_origin *origin, struct shot_error *err);

#endif
