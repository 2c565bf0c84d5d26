#include "codec/jpeg_origin.h"
#include "codec/exif.h"

#include <string.h>

#define APP0 0xe0
#define APP1 0xe1
#define START_OF_SCAN 0xda
#define JFIF_SIZE 12 /* up to the densities */
#define INCHES 1     /* JFIF's units */
#define CENTIMETERS 2

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static void read_jfif(const uint8_t *data, size_t size, struct shot_kept_origin *kept)
{
	if (size < JFIF_SIZE || memcmp(data, "JFIF", 5) != 0) {
		return;
	}
	double per_meter = data[7] == CENTIMETERS ? 100 : data[7] == INCHES ? 1 / 0.0254 : 0;
	shot_origin_read_density(kept, get16(data + 8) * per_meter, get16(data + 10) * per_meter);
}

static void read_exif(const uint8_t *data, size_t size, struct shot_kept_origin *kept)
{
	if (size >= SHOT_JPEG_EXIF_SIZE && memcmp(data, SHOT_JPEG_EXIF, SHOT_JPEG_EXIF_SIZE) == 0) {
		shot_exif_read(data + SHOT_JPEG_EXIF_SIZE, size - SHOT_JPEG_EXIF_SIZE, kept);
	}
}

/* Reads the segments before the pixels. A segment is 0xff, which may be repeated, a marker, and a
 * length that includes itself. Markers without a length occur only later. */
void shot_jpeg_read_origin(const uint8_t *data, size_t size, struct shot_kept_origin *kept)
{
	size_t at = 2;
	while (at + 4 <= size && data[at] == 0xff) {
		uint8_t marker = data[at + 1];
		if (marker == 0xff) {
			at++;
			continue;
		}
		size_t length = get16(data + at + 2);
		if (marker == START_OF_SCAN || length < 2 || length > size - at - 2) {
			return;
		}
		const uint8_t *segment = data + at + 4;
		if (marker == APP0) {
			read_jfif(segment, length - 2, kept);
		} else if (marker == APP1) {
			read_exif(segment, length - 2, kept);
		}
		at += 2 + length;
	}
}
