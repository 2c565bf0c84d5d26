/* Pictures in another size. */
#ifndef SHOT_IMAGE_SCALE_H
#define SHOT_IMAGE_SCALE_H

#include "image/view.h"

enum shot_filter {
	SHOT_FILTER_BOX,      /* the mean of the area that a pixel covers, exact, halves up */
	SHOT_FILTER_BILINEAR, /* between the four pixels around its center, to 1 of 255 */
	SHOT_FILTER_NEAREST,  /* the pixel that its center lies in */
};

/* A new image of width x height in the format of `view`. EGEOMETRY when a side of either is longer
 * than SHOT_LONGEST_SIDE, ENOMEM. */
bool shot_view_scale(const struct shot_view *view, int32_t width, int32_t height,
	enum shot_filter filter, struct shot_view *out, struct shot_error *err);

/* The pixels of `view` in the size and format of `out`, written there; the two must not overlap.
 * The same size only converts. Fails as shot_view_scale does. */
bool shot_view_scale_into(const struct shot_view *view, enum shot_filter filter,
	const struct shot_view *out, struct shot_error *err);

#endif
