#include "video/planes.h"

#include <string.h>

#include "image/vector.h"

enum {
	BLOCK = 512, /* columns at a time: all of it stays in the nearest cache */
	SHIFT = 15,  /* of the weights */
	BLACK = 16,
	GRAY = 128,
};

/* BT.709: 219 and 224 of 255 levels. */
static const int32_t luma_weight[3] = {2032, 20127, 5983}; /* of blue, green and red */
static const int32_t u_weight[3] = {14392, -11094, -3298};
static const int32_t v_weight[3] = {-1320, -13073, 14393};

/* Four bytes of a pixel as a number whose lowest byte is the first one. */
static inline uint32_t read_pixel(const uint8_t *at)
{
	uint32_t pixel;
	memcpy(&pixel, at, sizeof pixel);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	pixel = __builtin_bswap32(pixel);
#endif
	return pixel;
}

SHOT_VECTORIZED
static void convert_luma(const uint8_t *restrict pixels, uint8_t *restrict out, int count)
{
	const int32_t blue = luma_weight[0], green = luma_weight[1], red = luma_weight[2];
	for (int i = 0; i < count; i++) {
		uint32_t pixel = read_pixel(pixels + 4 * i);
		int32_t sum = blue * (int32_t)(pixel & 255) + green * (int32_t)(pixel >> 8 & 255) +
			      red * (int32_t)(pixel >> 16 & 255);
		out[i] = (uint8_t)((sum + (BLACK << SHIFT) + (1 << (SHIFT - 1))) >> SHIFT);
	}
}

/* Of pairs of pixels in two rows. */
SHOT_VECTORIZED
static void convert_color(const uint8_t *restrict upper, const uint8_t *restrict lower,
	uint8_t *restrict u, uint8_t *restrict v, int pairs)
{
	const uint32_t odd = 0x00ff00ff;
	for (int i = 0; i < pairs; i++) {
		uint32_t a = read_pixel(upper + 8 * i), b = read_pixel(upper + 8 * i + 4);
		uint32_t c = read_pixel(lower + 8 * i), d = read_pixel(lower + 8 * i + 4);
		uint32_t both = (a & odd) + (b & odd) + (c & odd) + (d & odd);
		int32_t blue = (int32_t)(both & 0xffff), red = (int32_t)(both >> 16);
		int32_t green = (int32_t)((a >> 8 & 255) + (b >> 8 & 255) + (c >> 8 & 255) +
					  (d >> 8 & 255));
		const int32_t middle = (GRAY << (SHIFT + 2)) + (1 << (SHIFT + 1));
		u[i] = (uint8_t)((u_weight[0] * blue + u_weight[1] * green + u_weight[2] * red +
					 middle) >>
				 (SHIFT + 2));
		v[i] = (uint8_t)((v_weight[0] * blue + v_weight[1] * green + v_weight[2] * red +
					 middle) >>
				 (SHIFT + 2));
	}
}

static bool store(uint8_t *to, const uint8_t *from, int count)
{
	if (memcmp(to, from, (size_t)count) == 0) {
		return false;
	}
	memcpy(to, from, (size_t)count);
	return true;
}

/* Two rows of pixels, `x` and the number of columns even. */
static bool update_block(const struct shot_planes *planes, const uint8_t *const rows[2], int32_t x,
	int32_t y, int count)
{
	uint8_t luma[BLOCK], u[BLOCK / 2], v[BLOCK / 2];
	bool differs = false;
	for (int i = 0; i < 2; i++) {
		convert_luma(rows[i], luma, count);
		uint8_t *to = planes->data[0] + (size_t)(y + i) * planes->stride[0] + x;
		differs |= store(to, luma, count);
	}
	convert_color(rows[0], rows[1], u, v, count / 2);
	size_t row = (size_t)y / 2, column = (size_t)x / 2;
	differs |= store(planes->data[1] + row * planes->stride[1] + column, u, count / 2);
	differs |= store(planes->data[2] + row * planes->stride[2] + column, v, count / 2);
	return differs;
}

/* The last column of an odd width, twice. */
static bool update_edge(
	const struct shot_planes *planes, const uint8_t *const rows[2], int32_t x, int32_t y)
{
	uint8_t pairs[2][8];
	for (int i = 0; i < 2; i++) {
		memcpy(pairs[i], rows[i], 4);
		memcpy(pairs[i] + 4, rows[i], 4);
	}
	const uint8_t *const both[2] = {pairs[0], pairs[1]};
	return update_block(planes, both, x, y, 2);
}

static bool update_rows(const struct shot_planes *planes, const struct shot_view *view, int32_t y,
	int32_t left, int32_t right)
{
	int32_t second = y + 1 < view->height ? y + 1 : y;
	const uint8_t *upper = shot_view_row(view, y), *lower = shot_view_row(view, second);
	int32_t even = right & ~1;
	bool differs = false;
	for (int32_t x = left; x < even; x += BLOCK) {
		const uint8_t *const rows[2] = {upper + 4 * (size_t)x, lower + 4 * (size_t)x};
		int32_t count = even - x < BLOCK ? even - x : BLOCK;
		differs |= update_block(planes, rows, x, y, count);
	}
	if (right > even) {
		const uint8_t *const rows[2] = {upper + 4 * (size_t)even, lower + 4 * (size_t)even};
		differs |= update_edge(planes, rows, even, y);
	}
	return differs;
}

bool shot_planes_update(
	const struct shot_planes *planes, const struct shot_view *view, struct shot_rect rect)
{
	rect = shot_rect_intersect(rect, (struct shot_rect){0, 0, view->width, view->height});
	int32_t left = rect.x & ~1, right = rect.x + rect.width;
	if (right < view->width && right % 2 == 1) {
		right++;
	}
	bool differs = false;
	for (int32_t y = rect.y & ~1; y < rect.y + rect.height; y += 2) {
		differs |= update_rows(planes, view, y, left, right);
	}
	return differs;
}
