#include "image/view.h"

#include <assert.h>
#include <string.h>

bool shot_view_crop(const struct shot_view *view, struct shot_rect rect, struct shot_view *out,
	struct shot_error *err)
{
	struct shot_rect whole = {0, 0, view->width, view->height};
	if (shot_rect_is_empty(rect) || !shot_rect_contains(whole, rect)) {
		return shot_fail(err, "EGEOMETRY", "crop %d,%d %dx%d %s the %dx%d picture", rect.x,
			rect.y, rect.width, rect.height,
			shot_rect_is_empty(rect) ? "takes nothing of" : "leaves", view->width,
			view->height);
	}
	shot_view_ref(view);
	*out = *view;
	out->data = shot_view_row(view, rect.y) + (size_t)rect.x * shot_format_bytes(view->format);
	out->width = rect.width;
	out->height = rect.height;
	return true;
}

void shot_view_pixel(const struct shot_view *view, int32_t x, int32_t y, uint8_t rgb[3])
{
	assert(x >= 0 && x < view->width && y >= 0 && y < view->height);
	const uint8_t *pixel = shot_view_row(view, y) + (size_t)x * shot_format_bytes(view->format);
	switch (view->format) {
	case SHOT_FORMAT_BGRX:
	case SHOT_FORMAT_BGR:
		rgb[0] = pixel[2];
		rgb[1] = pixel[1];
		rgb[2] = pixel[0];
		break;
	case SHOT_FORMAT_RGB:
	case SHOT_FORMAT_RGBA:
		memcpy(rgb, pixel, 3);
		break;
	default:
		memset(rgb, pixel[0], 3);
	}
}

size_t shot_view_packed_size(const struct shot_view *view, enum shot_format format)
{
	return (size_t)view->width * (size_t)view->height * shot_format_bytes(format);
}
