/* Measures of a picture's colors. */
#ifndef SHOT_IMAGE_MEASURE_H
#define SHOT_IMAGE_MEASURE_H

#include "image/view.h"

/* The mean red, green and blue, 0 to 255. ENOMEM. */
bool shot_view_mean(const struct shot_view *view, double rgb[3], struct shot_error *err);

/* Count the pixels with each value of red, of green and of blue. ENOMEM. */
bool shot_view_histogram(
	const struct shot_view *view, int64_t counts[3][256], struct shot_error *err);

#endif
