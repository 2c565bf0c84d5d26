/* Drawing on pictures of any format; what lies outside is left out. */
#ifndef SHOT_IMAGE_DRAW_H
#define SHOT_IMAGE_DRAW_H

#include "image/view.h"

/* Every pixel of `rect` gets the color. */
void shot_fill(const struct shot_view *view, struct shot_rect rect, const uint8_t rgb[3]);

/* The border of `rect`, inside of it. */
void shot_rectangle(const struct shot_view *view, struct shot_rect rect, int32_t thickness,
	const uint8_t rgb[3]);

/* Every pixel of `rect` becomes the mean of those up to `radius` (1 to 1000) away, across and down;
 * beyond the edges of `rect` its outermost pixels go on. Text of a size near the radius can be made
 * out again: fill what must stay secret. ENOMEM. */
bool shot_blur(const struct shot_view *view, struct shot_rect rect, int32_t radius,
	struct shot_error *err);

#endif
