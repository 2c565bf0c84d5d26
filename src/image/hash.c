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

#define PIECE 2048 /* pixels: the copy is still in the nearest cache when it is hashed */
#define SIDE 32
#define LOW 8
#define WAVE (1 << 20) /* the height of a wave: all sums stay below 2^59 */

SHOT_VECTORIZED static void copy_opaque(
	const uint8_t *restrict in, int32_t count, uint32_t *restrict out)
{
	for (int32_t i = 0; i < count; i++) {
		out[i] = shot_pixel(in, i) | ~SHOT_COLOR_MASK;
	}
}

bool shot_view_hash(const struct shot_view *view, uint8_t out[16], struct shot_error *err)
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
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The lowest frequencies of the cosine transform (type II), in whole numbers. Rounding would differ
 * between machines; whole numbers give 0 in each direction in which the picture does not vary. */
static void transform(const uint8_t gray[SIDE * SIDE], int64_t out[LOW * LOW])
{
	int64_t waves[LOW][SIDE], rows[SIDE][LOW] = {0};
	for (int k = 0; k < LOW; k++) {
		for (int n = 0; n < SIDE; n++) {
			waves[k][n] = llround(WAVE * cos(M_PI * k * (2 * n + 1) / (2 * SIDE)));
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

bool shot_view_phash(const struct shot_view *view, uint64_t *out, struct shot_error *err)
{
	struct shot_view small;
	if (!shot_view_scale(view, SIDE, SIDE, SHOT_FILTER_BOX, &small, err)) {
		return false;
	}
	uint8_t gray[SIDE * SIDE];
	shot_view_convert(&small, SHOT_FORMAT_GRAY, gray, SIDE);
	shot_view_unref(&small);
	int64_t low[LOW * LOW], sorted[LOW * LOW];
	transform(gray, low);
	memcpy(sorted, low, sizeof low);
	qsort(sorted, LOW * LOW, sizeof *sorted, compare);
	int64_t twice_median = sorted[LOW * LOW / 2 - 1] + sorted[LOW * LOW / 2];
	/* The first is the mean, which is above the median of every picture but a black one. */
	*out = 1;
	for (int i = 1; i < LOW * LOW; i++) {
		*out = *out << 1 | (2 * low[i] > twice_median);
	}
	return true;
}
