/* Drawing on pictures of any format. Parts outside the picture are ignored. */
#ifndef SHOT_IMAGE_DRAW_H
#define SHOT_IMAGE_DRAW_H

#include "image/view.h"

/* Give every pixel of `rect` the color. */
void shot_view_fill(const struct shot_view *view, struct shot_rect rect, const uint8_t rgb[3]);

/* Draw the border of `rect`, inside it. */
void shot_view_rectangle(const struct shot_view *view, struct shot_rect rect, int32_t thickness,
	const uint8_t rgb[3]);

/* Blur: every pixel of `rect` becomes the mean of the pixels up to `radius` (1 to 1000) away,
 * across and down. Beyond the edges of `rect` its outermost pixels count again. Blurred text of a
 * size near the radius can be recovered: use shot_view_fill for secrets. ENOMEM. */
bool shot_view_blur(const struct shot_view *view, struct shot_rect rect, int32_t radius,
	struct shot_error *err);

#endif
