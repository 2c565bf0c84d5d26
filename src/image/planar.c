#include "image/planar.h"
#include "image/yuv.h"

#include <string.h>

static const char *const names[SHOT_PLANAR_COUNT] = {
	[SHOT_PLANAR_I420] = "i420",
	[SHOT_PLANAR_NV12] = "nv12",
};

const char *shot_planar_name(enum shot_planar format)
{
	return names[format];
}

bool shot_planar_parse(const char *name, enum shot_planar *out)
{
	for (int i = 0; i < SHOT_PLANAR_COUNT; i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = (enum shot_planar)i;
			return true;
		}
	}
	return false;
}

static size_t half(int32_t size)
{
	return ((size_t)size + 1) / 2;
}

size_t shot_planar_size(const struct shot_view *view)
{
	return (size_t)view->width * (size_t)view->height +
	       2 * half(view->width) * half(view->height);
}

/* Two rows at a time, so that libyuv's ints count little. */
void shot_planar_convert(const struct shot_view *view, enum shot_planar format, uint8_t *out)
{
	size_t columns = half(view->width);
	uint8_t *luma = out, *colour = out + (size_t)view->width * (size_t)view->height;
	uint8_t *second = colour + columns * half(view->height);
	for (int32_t y = 0; y < view->height; y += 2, luma += 2 * (size_t)view->width) {
		int rows = view->height - y > 1 ? 2 : 1;
		const uint8_t *in = shot_view_row(view, y);
		int stride = rows > 1 ? (int)view->stride : 0;
		if (format == SHOT_PLANAR_I420) {
			shot_yuv()->ARGBToI420(in, stride, luma, view->width, colour, (int)columns,
				second, (int)columns, view->width, rows);
			colour += columns;
			second += columns;
		} else {
			shot_yuv()->ARGBToNV12(in, stride, luma, view->width, colour,
				(int)columns * 2, view->width, rows);
			colour += 2 * columns;
		}
	}
}
