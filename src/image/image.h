/* Pixels on the heap, made by copying, converting, scaling and loading. */
#ifndef SHOT_IMAGE_IMAGE_H
#define SHOT_IMAGE_IMAGE_H

#include "image/view.h"

#define SHOT_LONGEST_SIDE (1 << 20) /* pixels: far above any screen */

/* No product of a side and another, and 8 bytes for each, overflows a size. Where that has 32 bits,
 * images are smaller. */
#define SHOT_MOST_PIXELS (SIZE_MAX / 16)

/* A new image of width x height (1 or more each), packed, rows 64-byte aligned only at the first,
 * its pixels undefined; `out` holds the only reference. ENOMEM, or EGEOMETRY when the size is not
 * sane. */
bool shot_image_create(struct shot_view *out, int32_t width, int32_t height,
	enum shot_format format, struct shot_error *err);

/* An image with the pixels of `view` converted to `format`. */
bool shot_image_copy(const struct shot_view *view, enum shot_format format, struct shot_view *out,
	struct shot_error *err);

/* The pixels of `view` as bgrx: if they are bgrx, the view itself with one more reference, else a
 * new image.
 */
bool shot_image_bgrx(const struct shot_view *view, struct shot_view *out, struct shot_error *err);

/* Whether the pixels belong to an image, so that drawing on them affects no other reader.
 */
bool shot_image_is(const struct shot_view *view);

/* Bytes of all live images of this process. The binding reports them to Lua's collector, which
 * cannot see them. */
size_t shot_image_bytes(void);

#endif
