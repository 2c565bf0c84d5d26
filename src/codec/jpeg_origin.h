/* What a JPEG tells about its origin: JFIF's density and Exif. */
#ifndef SHOT_CODEC_JPEG_ORIGIN_H
#define SHOT_CODEC_JPEG_ORIGIN_H

#include "image/origin.h"

#define SHOT_JPEG_EXIF "Exif\0" /* what its segment begins with, and one zero byte more */
#define SHOT_JPEG_EXIF_SIZE 6

/* Of a file that begins as one; hostile bytes are left out. */
void shot_jpeg_read_origin(const uint8_t *data, size_t size, struct shot_kept_origin *kept);

#endif
