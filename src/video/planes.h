/* Converts pictures for video encoders: a plane of luma and two of color at half the resolution,
 * BT.709, limited range, each color the mean of four pixels. */
#ifndef SHOT_VIDEO_PLANES_H
#define SHOT_VIDEO_PLANES_H

#include "image/view.h"

struct shot_planes {
	uint8_t *data[3];      /* Y, U, V */
	size_t stride[3];      /* bytes from one row to the next */
	int32_t width, height; /* of Y; those of U and V are half of it, rounded up */
};

/* Convert the part `rect` of a bgrx view into the planes, which are as large as the view, or one
 * column or row larger: there the view's last one is repeated. Only changed values are written.
 * Returns whether there were any. Rounds to the nearest value. */
bool shot_planes_update(
	const struct shot_planes *planes, const struct shot_view *view, struct shot_rect rect);

#endif
