/* The formats of video encoders: a plane of luma, then color at half the resolution, each way
 * rounded up. BT.601, limited range. */
#ifndef SHOT_IMAGE_PLANAR_H
#define SHOT_IMAGE_PLANAR_H

#include "image/view.h"

enum shot_planar {
	SHOT_PLANAR_I420, /* then a plane of U and a plane of V */
	SHOT_PLANAR_NV12, /* then a plane of U and V in turn */
	SHOT_PLANAR_COUNT,
};

/* "i420", "nv12". Static. */
const char *shot_planar_name(enum shot_planar format);

/* Bytes of width x height pixels, packed. */
size_t shot_planar_size(const struct shot_view *view);

/* Write them to `out`, for a bgrx view. */
void shot_planar_convert(const struct shot_view *view, enum shot_planar format, uint8_t *out);

#endif
