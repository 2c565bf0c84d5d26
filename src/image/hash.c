#include "image/hash.h"
#include "image/convert.h"
#include "image/image.h"
#include "image/pixel.h"
#include "image/scale.h"
#include "image/vector.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define PIECE 2048 /* pixels: what is copied is still in the nearest cache when it is hashed */
#define SIDE 32
#define LOW 8

SHOT_VECTORISED static void copy_opaque(
	const uint8_t *restrict in, int32_t count, uint32_t *restrict out)
{
	for (int32_t i = 0; i < count; i++) {
		out[i] = shot_pixel(in, i) | ~SHOT_COLOR_MASK;
	}
}

bool shot_hash(const struct shot_view *view, uint8_t out[16], struct shot_error *err)
{
	struct shot_view bgrx;
	if (!shot_image_bgrx(view, &bgrx, err)) {
		return false;
	}
	const uint32_t size[2] = {htole32((uint32_t)view->width), htole32((uint32_t)view->height)};
	uint32_t piece[PIECE];
	XXH3_state_t state;
	XXH3_128bits_reset(&state);
	XXH3_128bits_update(&state, size, sizeof size);
	for (int32_t y = 0; y < bgrx.height; y++) {
		for (int32_t x = 0; x < bgrx.width; x += PIECE) {
			int32_t count = bgrx.width - x < PIECE ? bgrx.width - x : PIECE;
			copy_opaque(shot_view_row(&bgrx, y) + 4 * (size_t)x, count, piece);
			XXH3_128bits_update(&state, piece, 4 * (size_t)count);
		}
	}
	shot_view_unref(&bgrx);
	XXH128_canonical_t canonical;
	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
	memcpy(out, canonical.digest, sizeof canonical.digest);
	return true;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The lowest frequencies of the cosine transform (type II). */
static void transform(const uint8_t gray[SIDE * SIDE], double out[LOW * LOW])
{
	double waves[LOW][SIDE], rows[SIDE][LOW] = {0};
	for (int k = 0; k < LOW; k++) {
		for (int n = 0; n < SIDE; n++) {
			waves[k][n] = cos(M_PI * k * (2 * n + 1) / (2 * SIDE));
		}
	}
	for (int i = 0; i < SIDE * LOW * SIDE; i++) {
		int y = i / (LOW * SIDE), k = i / SIDE % LOW, x = i % SIDE;
		rows[y][k] += gray[y * SIDE + x] * waves[k][x];
	}
	for (int i = 0; i < LOW * LOW; i++) {
		out[i] = 0;
		for (int y = 0; y < SIDE; y++) {
			out[i] += rows[y][i % LOW] * waves[i / LOW][y];
		}
	}
}

bool shot_phash(const struct shot_view *view, uint64_t *out, struct shot_error *err)
{
	struct shot_view small;
	if (!shot_scale(view, SIDE, SIDE, SHOT_FILTER_BOX, &small, err)) {
		return false;
	}
	uint8_t gray[SIDE * SIDE];
	shot_convert(&small, SHOT_FORMAT_GRAY, gray, SIDE);
	shot_view_unref(&small);
	double low[LOW * LOW], sorted[LOW * LOW];
	transform(gray, low);
	memcpy(sorted, low, sizeof low);
	qsort(sorted, LOW * LOW, sizeof *sorted, compare);
	double median = (sorted[LOW * LOW / 2 - 1] + sorted[LOW * LOW / 2]) / 2;
	*out = 0;
	for (int i = 0; i < LOW * LOW; i++) {
		*out = *out << 1 | (low[i] > median);
	}
	return true;
}
