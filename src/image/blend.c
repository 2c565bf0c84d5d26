#include "image/blend.h"

/* under * (255 - alpha) / 255, rounded, plus over; saturated, because a sloppy cursor theme may
 * have colors above its alpha. */
static uint8_t mix(uint32_t over, uint32_t alpha, uint8_t under)
{
	uint32_t rest = under * (255 - alpha) + 127;
	uint32_t sum = over + rest / 255;
	return (uint8_t)(sum < 255 ? sum : 255);
}

void shot_view_blend(const struct shot_view *view, int32_t x, int32_t y, const uint32_t *argb,
	int32_t width, int32_t height)
{
	struct shot_rect inside = shot_rect_intersect((struct shot_rect){x, y, width, height},
		(struct shot_rect){0, 0, view->width, view->height});
	for (int32_t row = inside.y; row < inside.y + inside.height; row++) {
		uint8_t *pixel = shot_view_row(view, row) + (size_t)inside.x * 4;
		const uint32_t *over = argb + (size_t)(row - y) * (size_t)width + (inside.x - x);
		for (int32_t i = 0; i < inside.width; i++, pixel += 4) {
			uint32_t alpha = over[i] >> 24;
			pixel[0] = mix(over[i] & 255, alpha, pixel[0]);
			pixel[1] = mix(over[i] >> 8 & 255, alpha, pixel[1]);
			pixel[2] = mix(over[i] >> 16 & 255, alpha, pixel[2]);
		}
	}
}
