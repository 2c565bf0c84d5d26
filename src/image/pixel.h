/* bgrx pixels as 32-bit words, whose upper byte means nothing. */
#ifndef SHOT_IMAGE_PIXEL_H
#define SHOT_IMAGE_PIXEL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SHOT_COLOR_MASK 0x00ffffffu

/* The pixel `i` pixels after `data`, which needs no alignment. */
static inline uint32_t shot_pixel(const uint8_t *data, int32_t i)
{
	uint32_t pixel;
	memcpy(&pixel, data + 4 * (size_t)i, sizeof pixel);
	return pixel;
}

/* Whether the colors of any of `count` pixels differ. */
bool shot_pixels_differ(const uint8_t *a, const uint8_t *b, int32_t count);

/* The largest difference of a channel. */
static inline int shot_pixel_distance(uint32_t a, uint32_t b)
{
	int most = 0;
	for (int shift = 0; shift < 24; shift += 8) {
		int difference = (int)(a >> shift & 255) - (int)(b >> shift & 255);
		difference = difference < 0 ? -difference : difference;
		most = difference > most ? difference : most;
	}
	return most;
}

#endif
