#include "image/pixel.h"
#include "image/vector.h"

#define SPAN 256 /* pixels that are compared in one step */

SHOT_VECTORIZED static bool differ(const uint8_t *a, const uint8_t *b, int32_t count)
{
	uint32_t bits = 0;
	for (int32_t i = 0; i < count; i++) {
		bits |= shot_pixel(a, i) ^ shot_pixel(b, i);
	}
	return (bits & SHOT_COLOR_MASK) != 0;
}

bool shot_pixels_differ(const uint8_t *a, const uint8_t *b, int32_t count)
{
	for (; count > SPAN; count -= SPAN, a += 4 * SPAN, b += 4 * SPAN) {
		if (differ(a, b, SPAN)) {
			return true;
		}
	}
	return differ(a, b, count);
}
