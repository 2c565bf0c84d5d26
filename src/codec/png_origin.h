/* What a PNG tells about its origin, in the chunks that png_chunk.h writes: the way back. */
#ifndef SHOT_CODEC_PNG_ORIGIN_H
#define SHOT_CODEC_PNG_ORIGIN_H

#include "image/origin.h"

/* Of a file that begins as one; hostile bytes are left out. Texts that are compressed are not
 * read. */
void shot_png_read_origin(const uint8_t *data, size_t size, struct shot_kept_origin *kept);

#endif
