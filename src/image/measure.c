#include "image/measure.h"
#include "image/image.h"
#include "image/pixel.h"
#include "image/vector.h"

#define PIECE (1 << 20) /* pixels whose sum fits 32 bits */

/* Sums of a piece of a row. */
SHOT_VECTORIZED static void add_row(const uint8_t *row, int32_t count, int64_t sums[3])
{
	uint32_t red = 0, green = 0, blue = 0;
	for (int32_t i = 0; i < count; i++) {
		uint32_t pixel = shot_pixel(row, i);
		red += pixel >> 16 & 255;
		green += pixel >> 8 & 255;
		blue += pixel & 255;
	}
	sums[0] += red;
	sums[1] += green;
	sums[2] += blue;
}

bool shot_view_mean(const struct shot_view *view, double rgb[3], struct shot_error *err)
{
	struct shot_view bgrx;
	if (!shot_image_bgrx(view, &bgrx, err)) {
		return false;
	}
	int64_t sums[3] = {0};
	for (int32_t y = 0; y < bgrx.height; y++) {
		for (int32_t x = 0; x < bgrx.width; x += PIECE) {
			int32_t count = bgrx.width - x < PIECE ? bgrx.width - x : PIECE;
			add_row(shot_view_row(&bgrx, y) + 4 * (size_t)x, count, sums);
		}
	}
	for (int c = 0; c < 3; c++) {
		rgb[c] = (double)sums[c] / ((double)bgrx.width * bgrx.height);
	}
	shot_view_unref(&bgrx);
	return true;
}

bool shot_view_histogram(
	const struct shot_view *view, int64_t counts[3][256], struct shot_error *err)
{
	struct shot_view bgrx;
	if (!shot_image_bgrx(view, &bgrx, err)) {
		return false;
	}
	memset(counts, 0, sizeof(int64_t[3][256]));
	for (int32_t y = 0; y < bgrx.height; y++) {
		const uint8_t *row = shot_view_row(&bgrx, y);
		for (int32_t x = 0; x < bgrx.width; x++) {
			uint32_t pixel = shot_pixel(row, x);
			counts[0][pixel >> 16 & 255]++;
			counts[1][pixel >> 8 & 255]++;
			counts[2][pixel & 255]++;
		}
	}
	shot_view_unref(&bgrx);
	return true;
}
