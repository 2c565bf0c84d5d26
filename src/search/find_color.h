/* Areas of one color. */
#ifndef SHOT_SEARCH_FIND_COLOR_H
#define SHOT_SEARCH_FIND_COLOR_H

#include "image/view.h"

/* Pixels of the color that touch each other, at edges or corners. */
struct shot_area {
	int32_t x, y; /* its first pixel, in reading order */
	struct shot_rect box;
	int64_t pixels;
};

struct shot_color {
	uint8_t rgb[3];
	int tolerance; /* the allowed difference of each channel; 0 to 255 */
};

/* All areas of `min_pixels` or more, in the order of their first pixels; a list on the heap, the
 * caller's to free, NULL for none. A picture without the color is only read. ENOMEM. */
bool shot_find_color(const struct shot_view *view, const struct shot_color *color,
	int64_t min_pixels, struct shot_area **out, size_t *count, struct shot_error *err);

#endif
