/* A picture's origin as Exif, which JPEG and WebP carry. */
#ifndef SHOT_CODEC_EXIF_H
#define SHOT_CODEC_EXIF_H

#include "image/origin.h"

struct shot_exif {
	uint8_t data[1024]; /* TIFF, little-endian, without "Exif\0\0" before it */
	size_t size;
};

/* DateTimeOriginal with its fraction and zone, the resolution, Software, and the source and the
 * geometry as ImageDescription: "HDMI-1, 640x480+10+20". */
void shot_exif_make(const struct shot_origin *origin, struct shot_exif *out);

/* Read the origin from Exif data of any program, in either byte order. A description counts only
 * when it ends in a geometry, and a time only when it has its zone. */
void shot_exif_read(const uint8_t *data, size_t size, struct shot_kept_origin *kept);

#endif
