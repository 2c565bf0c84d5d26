/* Reads the origin that a PNG records, in the chunks that png_chunk.h writes. */
#ifndef SHOT_CODEC_PNG_ORIGIN_H
#define SHOT_CODEC_PNG_ORIGIN_H

#include "image/origin.h"

/* Read the origin of a file that begins as a PNG. Malformed fields and compressed texts are
 * ignored. */
void shot_png_read_origin(const uint8_t *data, size_t size, struct shot_kept_origin *kept);

#endif
