#include "image/image.h"
#include "base/large.h"
#include "image/convert.h"

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

#define ALIGNMENT 64 /* a cache line, and the widest vector */

struct image {
	struct shot_owner owner;
	size_t size; /* of it all */
	alignas(ALIGNMENT) uint8_t pixels[];
};

/* The heap belongs to the process, and so does the count of its images. */
static atomic_size_t bytes_alive;

static void destroy(struct shot_owner *owner)
{
	struct image *image = (struct image *)owner;
	atomic_fetch_sub_explicit(&bytes_alive, image->size, memory_order_relaxed);
	free(image);
}

size_t shot_image_bytes(void)
{
	return atomic_load_explicit(&bytes_alive, memory_order_relaxed);
}

bool shot_image_create(struct shot_view *out, int32_t width, int32_t height,
	enum shot_format format, struct shot_error *err)
{
	if (width < 1 || height < 1 || width > SHOT_LONGEST_SIDE || height > SHOT_LONGEST_SIDE) {
		return shot_fail(err, "EGEOMETRY", "an image cannot be %dx%d: each side is 1 to %d",
			width, height, SHOT_LONGEST_SIDE);
	}
	if ((uint64_t)width * (uint64_t)height > SHOT_MOST_PIXELS) {
		return shot_fail_errno(err, ENOMEM, "cannot make a %dx%d image", width, height);
	}
	size_t stride = (size_t)width * shot_format_bytes(format);
	size_t size = sizeof(struct image) + stride * (size_t)height;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct image *image = aligned_alloc(ALIGNMENT, size);
	if (!image) {
		return shot_fail_errno(err, ENOMEM, "cannot make a %dx%d image", width, height);
	}
	shot_large_advise(image, size);
	shot_owner_init(&image->owner, destroy);
	image->size = size;
	atomic_fetch_add_explicit(&bytes_alive, size, memory_order_relaxed);
	*out = (struct shot_view){
		.data = image->pixels,
		.width = width,
		.height = height,
		.stride = stride,
		.format = format,
		.owner = &image->owner,
	};
	return true;
}

bool shot_image_copy(const struct shot_view *view, enum shot_format format, struct shot_view *out,
	struct shot_error *err)
{
	if (!shot_image_create(out, view->width, view->height, format, err)) {
		return false;
	}
	shot_view_convert(view, format, out->data, out->stride);
	out->has_alpha = view->has_alpha && format == SHOT_FORMAT_BGRX;
	return true;
}

bool shot_image_bgrx(const struct shot_view *view, struct shot_view *out, struct shot_error *err)
{
	if (view->format != SHOT_FORMAT_BGRX) {
		return shot_image_copy(view, SHOT_FORMAT_BGRX, out, err);
	}
	shot_view_ref(view);
	*out = *view;
	return true;
}

bool shot_image_is(const struct shot_view *view)
{
	return view->owner->destroy == destroy;
}
