/* Two hashes of a picture: an exact one, and one of its appearance. */
#ifndef SHOT_IMAGE_HASH_H
#define SHOT_IMAGE_HASH_H

#include "image/view.h"

/* XXH3 (128 bits, big-endian) of width and height, 32 bits each, little-endian, and the pixels as
 * bgrx with 255 for the fourth byte: the same for the same picture in any format. ENOMEM. */
bool shot_view_hash(const struct shot_view *view, uint8_t out[16], struct shot_error *err);

/* The perceptual hash known as pHash. It scales the picture to 32x32 gray (box filter), takes the
 * cosine transform, and sets one bit for each of the 8x8 lowest frequencies that is above their
 * median, row by row, the highest bit first. Pictures that look alike differ in few bits. ENOMEM.
 * */
bool shot_view_phash(const struct shot_view *view, uint64_t *out, struct shot_error *err);

#endif
