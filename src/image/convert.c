#include "base/parallel.h"
#include "image/convert.h"
#include "image/yuv.h"

#include <limits.h>
#include <string.h>

#define BAND_BYTES (2 << 20) /* of the result: beside them the start of a thread costs little */

/* libyuv's own signature, so that its functions stand in the table as they are. It names a format
 * by the 32-bit little-endian word: its ARGB is luashot's bgrx, ABGR is rgba, RAW is rgb, RGB24 is
 * bgr. A function that only moves bytes serves every pair with the same moves. */
typedef int convert_fn(
	const uint8_t *in, int in_stride, uint8_t *out, int out_stride, int width, int height);

/* The fourth byte of bgrx, and of rgba that a peer made, can be anything. */
static void make_opaque(uint8_t *row, int width)
{
	for (int x = 0; x < width; x++) {
		row[4 * x + 3] = 255;
	}
}

static int bgrx_to_rgba(
	const uint8_t *in, int in_stride, uint8_t *out, int out_stride, int width, int height)
{
	for (int y = 0; y < height; y++, in += in_stride, out += out_stride) {
		shot_yuv()->ARGBToABGR(in, in_stride, out, out_stride, width, 1);
		make_opaque(out, width);
	}
	return 0;
}

static int rgba_to_rgba(
	const uint8_t *in, int in_stride, uint8_t *out, int out_stride, int width, int height)
{
	for (int y = 0; y < height; y++, in += in_stride, out += out_stride) {
		memcpy(out, in, 4 * (size_t)width);
		make_opaque(out, width);
	}
	return 0;
}

static int gray_to_rgb(
	const uint8_t *in, int in_stride, uint8_t *out, int out_stride, int width, int height)
{
	for (int y = 0; y < height; y++, in += in_stride, out += out_stride) {
		for (int x = 0; x < width; x++) {
			memset(out + 3 * x, in[x], 3);
		}
	}
	return 0;
}

static int copy(
	const uint8_t *in, int in_stride, uint8_t *out, int out_stride, size_t size, int height)
{
	for (int y = 0; y < height; y++, in += in_stride, out += out_stride) {
		memcpy(out, in, size);
	}
	return 0;
}

static int copy3(
	const uint8_t *in, int in_stride, uint8_t *out, int out_stride, int width, int height)
{
	return copy(in, in_stride, out, out_stride, 3 * (size_t)width, height);
}

static int copy1(
	const uint8_t *in, int in_stride, uint8_t *out, int out_stride, int width, int height)
{
	return copy(in, in_stride, out, out_stride, (size_t)width, height);
}

#define BGRX SHOT_FORMAT_BGRX
#define BGR SHOT_FORMAT_BGR
#define RGB SHOT_FORMAT_RGB
#define RGBA SHOT_FORMAT_RGBA
#define GRAY SHOT_FORMAT_GRAY

static convert_fn *find_converter(
	const struct shot_yuv *yuv, enum shot_format from, enum shot_format to)
{
	convert_fn *const converters[SHOT_FORMAT_COUNT][SHOT_FORMAT_COUNT] = {
		[BGRX] =
			{
				[BGRX] = yuv->ARGBCopy,
				[BGR] = yuv->ARGBToRGB24,
				[RGB] = yuv->ARGBToRAW,
				[RGBA] = bgrx_to_rgba,
				[GRAY] = yuv->ARGBToJ400,
			},
		[BGR] =
			{
				[BGRX] = yuv->RGB24ToARGB,
				[BGR] = copy3,
				[RGB] = yuv->RAWToRGB24,
				[RGBA] = yuv->RAWToARGB,
				[GRAY] = yuv->RGB24ToJ400,
			},
		[RGB] =
			{
				[BGRX] = yuv->RAWToARGB,
				[BGR] = yuv->RAWToRGB24,
				[RGB] = copy3,
				[RGBA] = yuv->RGB24ToARGB,
				[GRAY] = yuv->RAWToJ400,
			},
		[RGBA] =
			{
				[BGRX] = yuv->ABGRToARGB,
				[BGR] = yuv->ARGBToRAW,
				[RGB] = yuv->ARGBToRGB24,
				[RGBA] = rgba_to_rgba,
				[GRAY] = yuv->ABGRToJ400,
			},
		[GRAY] =
			{
				[BGRX] = yuv->J400ToARGB,
				[BGR] = gray_to_rgb,
				[RGB] = gray_to_rgb,
				[RGBA] = yuv->J400ToARGB,
				[GRAY] = copy1,
			},
	};
	return converters[from][to];
}

/* The places of the colors in a format. */
struct layout {
	size_t red, green, blue, bytes;
};

/* Converts any pair of formats without libyuv. */
static void convert_row(
	const uint8_t *in, struct layout from, uint8_t *out, struct layout to, int32_t width)
{
	for (int32_t x = 0; x < width; x++, in += from.bytes, out += to.bytes) {
		uint8_t red = in[from.red], green = in[from.green], blue = in[from.blue];
		if (to.bytes == 1) {
			*out = (uint8_t)((77 * red + 150 * green + 29 * blue + 128) >> 8);
			continue;
		}
		out[to.red] = red;
		out[to.green] = green;
		out[to.blue] = blue;
		if (to.bytes == 4) {
			bool is_kept = from.bytes == 4 && to.blue == 0; /* bgrx, as libyuv does */
			out[3] = is_kept ? in[3] : 255;
		}
	}
}

static void convert_plainly(
	const struct shot_view *view, enum shot_format format, uint8_t *out, size_t stride)
{
	static const struct layout layouts[SHOT_FORMAT_COUNT] = {
		[BGRX] = {2, 1, 0, 4},
		[BGR] = {2, 1, 0, 3},
		[RGB] = {0, 1, 2, 3},
		[RGBA] = {0, 1, 2, 4},
		[GRAY] = {0, 0, 0, 1},
	};
	for (int32_t y = 0; y < view->height; y++, out += stride) {
		convert_row(shot_view_row(view, y), layouts[view->format], out, layouts[format],
			view->width);
	}
}

static void convert_here(
	const struct shot_view *view, enum shot_format format, uint8_t *out, size_t stride)
{
	const struct shot_yuv *yuv = shot_yuv();
	if (!yuv) {
		convert_plainly(view, format, out, stride);
		return;
	}
	convert_fn *convert = find_converter(yuv, view->format, format);
	size_t widest = view->stride > stride ? view->stride : stride;
	if (widest <= (size_t)INT_MAX / (size_t)view->height) {
		convert(view->data, (int)view->stride, out, (int)stride, view->width, view->height);
		return;
	}
	/* The strides exceed libyuv's ints: convert row by row, where no stride matters. */
	for (int32_t y = 0; y < view->height; y++) {
		convert(shot_view_row(view, y), 0, out + (size_t)y * stride, 0, view->width, 1);
	}
}

/* A conversion that threads share: each takes a band of rows. */
struct bands {
	const struct shot_view *view;
	enum shot_format format;
	uint8_t *out;
	size_t stride;
	int32_t rows; /* in every band but the last */
};

static void convert_band(void *context, unsigned part)
{
	const struct bands *bands = context;
	struct shot_view band = *bands->view;
	int32_t first = (int32_t)part * bands->rows, left = band.height - first;
	band.data += (size_t)first * band.stride;
	band.height = left < bands->rows ? left : bands->rows;
	convert_here(
		&band, bands->format, bands->out + (size_t)first * bands->stride, bands->stride);
}

static int32_t divide_up(int32_t number, int32_t by)
{
	return (number + by - 1) / by;
}

void shot_view_convert(
	const struct shot_view *view, enum shot_format format, uint8_t *out, size_t stride)
{
	size_t worth = shot_view_packed_size(view, format) / BAND_BYTES;
	unsigned parts = shot_parallel_parts(worth < INT_MAX ? (unsigned)worth : INT_MAX);
	struct bands bands = {view, format, out, stride, divide_up(view->height, (int32_t)parts)};
	shot_parallel((unsigned)divide_up(view->height, bands.rows), convert_band, &bands);
}
