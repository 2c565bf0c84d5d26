/* A rectangle of pixels in memory that another object owns. Making, cropping and dropping a view
 * never touches a pixel. */
#ifndef SHOT_IMAGE_VIEW_H
#define SHOT_IMAGE_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/owner.h"
#include "base/rect.h"
#include "image/format.h"

struct shot_view {
	uint8_t *data; /* the top-left pixel */
	int32_t width, height;
	size_t stride; /* bytes from one row to the next, at least width * bytes per pixel */
	enum shot_format format;
	bool has_alpha; /* bgrx: the fourth byte is the pixel's opacity in its file; else it is
			   undefined */
	struct shot_owner *owner; /* holds the memory; the view holds one reference */
};

/* Take another reference to the same memory, for a copy of the struct. */
static inline void shot_view_ref(const struct shot_view *view)
{
	shot_owner_ref(view->owner);
}

/* Drop the view's reference and clear it. A cleared view is allowed. */
static inline void shot_view_unref(struct shot_view *view)
{
	shot_owner_unref(view->owner);
	*view = (struct shot_view){0};
}

/* The first byte of row `y`. */
static inline uint8_t *shot_view_row(const struct shot_view *view, int32_t y)
{
	return view->data + (size_t)y * view->stride;
}

/* A view of `rect` (relative to `view`) with a reference of its own. EGEOMETRY when it is empty or
 * leaves the view. */
bool shot_view_crop(const struct shot_view *view, struct shot_rect rect, struct shot_view *out,
	struct shot_error *err);

/* Red, green and blue at (x, y), which must lie inside. */
void shot_view_pixel(const struct shot_view *view, int32_t x, int32_t y, uint8_t rgb[3]);

/* Bytes of the picture packed without padding in `format`. */
size_t shot_view_packed_size(const struct shot_view *view, enum shot_format format);

#endif
