#include "image/planar.h"
#include "image/yuv.h"

static const char *const names[SHOT_PLANAR_COUNT] = {
	[SHOT_PLANAR_I420] = "i420",
	[SHOT_PLANAR_NV12] = "nv12",
};

const char *shot_planar_name(enum shot_planar format)
{
	return names[format];
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

/* The places of a row's color: I420's two planes, or NV12's one, in which U and V alternate. */
struct color {
	uint8_t *u, *v;
	size_t step;
};

/* BT.601, limited range, in 256ths. */
static uint8_t luma_of(const uint8_t *bgrx)
{
	return (uint8_t)((25 * bgrx[0] + 129 * bgrx[1] + 66 * bgrx[2] + 128 + (16 << 8)) >> 8);
}

static void color_of(const int sums[3], const struct color *out, size_t at)
{
	/* The sums are of four pixels. */
	int blue = sums[0], green = sums[1], red = sums[2], middle = (128 << 10) + 512;
	out->u[at * out->step] = (uint8_t)((112 * blue - 74 * green - 38 * red + middle) >> 10);
	out->v[at * out->step] = (uint8_t)((112 * red - 94 * green - 18 * blue + middle) >> 10);
}

/* Converts without libyuv two rows, which may be the same. */
static void convert_rows(const uint8_t *const in[2], int32_t width, uint8_t *const luma[2],
	const struct color *color)
{
	for (int32_t x = 0; x < width; x += 2) {
		int sums[3] = {0};
		for (int i = 0; i < 4; i++) {
			int32_t column = x + i % 2 < width ? x + i % 2 : x;
			const uint8_t *pixel = in[i / 2] + 4 * (size_t)column;
			luma[i / 2][column] = luma_of(pixel);
			for (int c = 0; c < 3; c++) {
				sums[c] += pixel[c];
			}
		}
		color_of(sums, color, (size_t)x / 2);
	}
}

static void convert_plainly(
	const struct shot_view *view, int32_t y, int rows, uint8_t *luma, const struct color *color)
{
	size_t second = rows > 1 ? 1 : 0;
	const uint8_t *in[2] = {
		shot_view_row(view, y), shot_view_row(view, y) + second * view->stride};
	uint8_t *out[2] = {luma, luma + second * (size_t)view->width};
	convert_rows(in, view->width, out, color);
}

/* Two rows at a time, so that libyuv's ints count little. */
void shot_planar_convert(const struct shot_view *view, enum shot_planar format, uint8_t *out)
{
	const struct shot_yuv *yuv = shot_yuv();
	bool is_i420 = format == SHOT_PLANAR_I420;
	int width = view->width, columns = (int)half(width);
	size_t plane = half(width) * half(view->height);
	uint8_t *luma = out, *u = out + (size_t)width * (size_t)view->height;
	struct color color = {u, is_i420 ? u + plane : u + 1, is_i420 ? 1 : 2};
	for (int32_t y = 0; y < view->height; y += 2, luma += 2 * (size_t)width) {
		int rows = view->height - y > 1 ? 2 : 1;
		const uint8_t *in = shot_view_row(view, y);
		int stride = rows > 1 ? (int)view->stride : 0;
		if (!yuv) {
			convert_plainly(view, y, rows, luma, &color);
		} else if (is_i420) {
			yuv->ARGBToI420(in, stride, luma, width, color.u, columns, color.v, columns,
				width, rows);
		} else {
			yuv->ARGBToNV12(in, stride, luma, width, color.u, 2 * columns, width, rows);
		}
		color.u += half(width) * color.step;
		color.v += half(width) * color.step;
	}
}
