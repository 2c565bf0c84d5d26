/* The origin that a JPEG records: JFIF's density and Exif. */
#ifndef SHOT_CODEC_JPEG_ORIGIN_H
#define SHOT_CODEC_JPEG_ORIGIN_H

#include "image/origin.h"

#define SHOT_JPEG_EXIF \
	"Exif\0" /* the first bytes of its segment, followed by one more zero byte \
		  */
#define SHOT_JPEG_EXIF_SIZE 6

/* Read the origin of a file that begins as a JPEG. Malformed fields are ignored. */
void shot_jpeg_read_origin(const uint8_t *data, size_t size, struct shot_kept_origin *kept);

#endif
