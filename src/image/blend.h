/* Putting a small picture with transparency over a larger one. */
#ifndef SHOT_IMAGE_BLEND_H
#define SHOT_IMAGE_BLEND_H

#include "image/view.h"

/* Blend `argb` (width x height, each 0xAARRGGBB with the colors multiplied by the alpha already)
 * over a bgrx view, its top-left pixel at (x, y) of the view. Parts outside the view are ignored.
 * */
void shot_view_blend(const struct shot_view *view, int32_t x, int32_t y, const uint32_t *argb,
	int32_t width, int32_t height);

#endif
