/* From one pixel format to another, row by row, at memory speed (libyuv where it has the pair), on
 * several processors where the picture is large. */
#ifndef SHOT_IMAGE_CONVERT_H
#define SHOT_IMAGE_CONVERT_H

#include "image/view.h"

/* Write the pixels of `view` to `out` as `format`, rows `stride` bytes apart. `out` must not
 * overlap the view. Every pair of formats works. Gray is (77 R + 150 G + 29 B + 128) >> 8, exactly.
 * Bytes of `out` between the rows are left as they are. */
void shot_view_convert(
	const struct shot_view *view, enum shot_format format, uint8_t *out, size_t stride);

#endif
