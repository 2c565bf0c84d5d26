/* Finds pixels that only make an edge look smooth: two renderers, or two versions of one, differ in
 * them although they draw the same shapes. */
#ifndef SHOT_IMAGE_ANTIALIASING_H
#define SHOT_IMAGE_ANTIALIASING_H

#include <stdbool.h>
#include <stdint.h>

#include "image/view.h"

/* Whether the pixel of `view` at x, y smooths an edge: it lies in brightness between its darkest
 * and its brightest neighbor, equals few of them, and one of these two is part of a plain area in
 * `view` and in `other`. Both views are bgrx and of one size. The source: V. Vyshniauskas,
 * "Anti-aliased Pixel and Intensity Slope Detector", 2009. */
bool shot_is_antialiased(
	const struct shot_view *view, const struct shot_view *other, int32_t x, int32_t y);

#endif
