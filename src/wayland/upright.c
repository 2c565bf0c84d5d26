#include "wayland/upright.h"

#include <string.h>

#include "wayland/library.h"

#include <wayland-client-protocol.h>

/* Four bytes of bgrx of one pixel. */
typedef void read_pixel(const uint8_t *from, uint8_t *to);

static void read_bgrx(const uint8_t *from, uint8_t *to)
{
	memmove(to, from, 4);
}

static void read_rgbx(const uint8_t *from, uint8_t *to)
{
	uint8_t red = from[0];
	to[0] = from[2];
	to[1] = from[1];
	to[2] = red;
	to[3] = 0xff;
}

static void read_rgb(const uint8_t *from, uint8_t *to)
{
	const uint8_t bytes[4] = {from[2], from[1], from[0], 0xff};
	memcpy(to, bytes, 4);
}

static void read_bgr(const uint8_t *from, uint8_t *to)
{
	const uint8_t bytes[4] = {from[0], from[1], from[2], 0xff};
	memcpy(to, bytes, 4);
}

/* The high eight of ten bits, as on X11. */
static void read_x2rgb10(const uint8_t *from, uint8_t *to)
{
	uint32_t pixel;
	memcpy(&pixel, from, 4);
	const uint8_t bytes[4] = {
		(uint8_t)(pixel >> 2), (uint8_t)(pixel >> 12), (uint8_t)(pixel >> 22), 0xff};
	memcpy(to, bytes, 4);
}

static void read_x2bgr10(const uint8_t *from, uint8_t *to)
{
	read_x2rgb10(from, to);
	uint8_t blue = to[2];
	to[2] = to[0];
	to[0] = blue;
}

static void read_rgb565(const uint8_t *from, uint8_t *to)
{
	uint16_t pixel;
	memcpy(&pixel, from, 2);
	unsigned red = pixel >> 11, green = pixel >> 5 & 63, blue = pixel & 31;
	const uint8_t bytes[4] = {(uint8_t)(blue << 3 | blue >> 2),
		(uint8_t)(green << 2 | green >> 4), (uint8_t)(red << 3 | red >> 2), 0xff};
	memcpy(to, bytes, 4);
}

static const struct format {
	uint32_t format;
	uint8_t bytes; /* of a pixel */
	read_pixel *read;
} formats[] = {
	/* those that cost the least first */
	{WL_SHM_FORMAT_XRGB8888, 4, read_bgrx},
	{WL_SHM_FORMAT_ARGB8888, 4, read_bgrx},
	{WL_SHM_FORMAT_XBGR8888, 4, read_rgbx},
	{WL_SHM_FORMAT_ABGR8888, 4, read_rgbx},
	{WL_SHM_FORMAT_XRGB2101010, 4, read_x2rgb10},
	{WL_SHM_FORMAT_ARGB2101010, 4, read_x2rgb10},
	{WL_SHM_FORMAT_XBGR2101010, 4, read_x2bgr10},
	{WL_SHM_FORMAT_ABGR2101010, 4, read_x2bgr10},
	{WL_SHM_FORMAT_RGB565, 2, read_rgb565},
	{WL_SHM_FORMAT_RGB888, 3, read_bgr},
	{WL_SHM_FORMAT_BGR888, 3, read_rgb},
};

static const struct format *find(uint32_t format)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (formats[i].format == format) {
			return &formats[i];
		}
	}
	return NULL;
}

int32_t shot_wayland_transform(uint32_t sent)
{
	return sent <= WL_OUTPUT_TRANSFORM_FLIPPED_270 ? (int32_t)sent : WL_OUTPUT_TRANSFORM_NORMAL;
}

uint32_t shot_wayland_bytes(uint32_t format)
{
	const struct format *found = find(format);
	return found ? found->bytes : 0;
}

bool shot_wayland_is_cheaper(uint32_t format, uint32_t other)
{
	const struct format *found = find(format), *than = find(other);
	return found && (!than || found < than);
}

bool shot_wayland_has_alpha(uint32_t format)
{
	return format == WL_SHM_FORMAT_ARGB8888 || format == WL_SHM_FORMAT_ABGR8888;
}

/* The place in the sent picture of a pixel of the upright one. */
static ptrdiff_t place(const struct shot_wayland_pixels *pixels, int32_t x, int32_t y, int bytes)
{
	int32_t right = pixels->width - 1, bottom = pixels->height - 1;
	int32_t at_x = x, at_y = y;
	switch (pixels->transform) {
	case WL_OUTPUT_TRANSFORM_90:
		at_x = y;
		at_y = bottom - x;
		break;
	case WL_OUTPUT_TRANSFORM_180:
		at_x = right - x;
		at_y = bottom - y;
		break;
	case WL_OUTPUT_TRANSFORM_270:
		at_x = right - y;
		at_y = x;
		break;
	case WL_OUTPUT_TRANSFORM_FLIPPED:
		at_x = right - x;
		break;
	case WL_OUTPUT_TRANSFORM_FLIPPED_90:
		at_x = y;
		at_y = x;
		break;
	case WL_OUTPUT_TRANSFORM_FLIPPED_180:
		at_y = bottom - y;
		break;
	case WL_OUTPUT_TRANSFORM_FLIPPED_270:
		at_x = right - y;
		at_y = bottom - x;
		break;
	default:
		break;
	}
	if (pixels->is_inverted) {
		at_y = bottom - at_y;
	}
	return (ptrdiff_t)at_y * (ptrdiff_t)pixels->stride + (ptrdiff_t)at_x * bytes;
}

void shot_wayland_make_upright(
	const struct shot_wayland_pixels *pixels, struct shot_rect rect, uint8_t *to, size_t stride)
{
	const struct format *format = find(pixels->format);
	int bytes = format->bytes;
	ptrdiff_t first = place(pixels, rect.x, rect.y, bytes);
	ptrdiff_t right = place(pixels, rect.x + 1, rect.y, bytes) - first;
	ptrdiff_t down = place(pixels, rect.x, rect.y + 1, bytes) - first;
	for (int32_t y = 0; y < rect.height; y++, to += stride) {
		const uint8_t *from = pixels->data + first + y * down;
		if (format->read == read_bgrx && right == 4) {
			memmove(to, from, (size_t)rect.width * 4);
			continue;
		}
		for (int32_t x = 0; x < rect.width; x++) {
			format->read(from + x * right, to + (size_t)x * 4);
		}
	}
}
