#include "codec/png_filter.h"
#include "image/vector.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum filter {
	NONE, /* the numbers are PNG's */
	SUB,
	UP,
	AVERAGE,
	PAETH,
	FILTERS,
};

/* Returns left, above or above left: the one nearest to left + above - above left. */
static uint8_t predict(int left, int above, int corner)
{
	int from_left = abs(above - corner);
	int from_above = abs(left - corner);
	int from_corner = abs(left + above - 2 * corner);
	if (from_left <= from_above && from_left <= from_corner) {
		return (uint8_t)left;
	}
	return (uint8_t)(from_above <= from_corner ? above : corner);
}

SHOT_VECTORIZED static void apply(enum filter filter, const uint8_t *restrict above,
	const uint8_t *restrict row, size_t size, size_t pixel, uint8_t *restrict out)
{
	const uint8_t *left = row - pixel, *corner = above - pixel;
	*out++ = (uint8_t)filter;
	switch (filter) {
	case SUB:
		for (size_t i = 0; i < size; i++) {
			out[i] = (uint8_t)(row[i] - left[i]);
		}
		break;
	case UP:
		for (size_t i = 0; i < size; i++) {
			out[i] = (uint8_t)(row[i] - above[i]);
		}
		break;
	case AVERAGE:
		for (size_t i = 0; i < size; i++) {
			out[i] = (uint8_t)(row[i] - (left[i] + above[i]) / 2);
		}
		break;
	case PAETH:
		for (size_t i = 0; i < size; i++) {
			out[i] = (uint8_t)(row[i] - predict(left[i], above[i], corner[i]));
		}
		break;
	default:
		memcpy(out, row, size);
	}
}

SHOT_VECTORIZED static uint64_t distance(const uint8_t *a, const uint8_t *b, size_t size)
{
	uint64_t total = 0;
	while (size > 0) {
		/* The compiler has an instruction for sums of 32 bits. */
		size_t part = size < 65536 ? size : 65536;
		uint32_t sum = 0;
		for (size_t i = 0; i < part; i++) {
			sum += (uint32_t)abs(a[i] - b[i]);
		}
		total += sum;
		a += part;
		b += part;
		size -= part;
	}
	return total;
}

/* Counts the words of four bytes in which two rows differ. This is as good as counting bytes, and
 * quicker. */
SHOT_VECTORIZED static size_t differing(const uint8_t *a, const uint8_t *b, size_t size)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < size / 4; i++) {
		uint32_t left, right;
		memcpy(&left, a + 4 * i, sizeof left);
		memcpy(&right, b + 4 * i, sizeof right);
		sum += left != right;
	}
	return sum;
}

SHOT_VECTORIZED static uint64_t cost(const uint8_t *filtered, size_t size)
{
	uint64_t total = 0;
	for (size_t i = 1; i <= size; i++) {
		total += (uint64_t)abs((int8_t)filtered[i]);
	}
	return total;
}

void shot_png_filter_repeated(size_t size, uint8_t *out)
{
	*out = UP;
	memset(out + 1, 0, size);
}

void shot_png_filter_row(enum shot_png_search search, const uint8_t *above, const uint8_t *row,
	size_t size, size_t pixel, uint8_t *out, uint8_t *spare)
{
	if (search == SHOT_PNG_NONE || search == SHOT_PNG_ABOVE) {
		apply(search == SHOT_PNG_ABOVE ? UP : NONE, above, row, size, pixel, out);
	} else if (search == SHOT_PNG_PLAIN) {
		bool up = differing(row, above, size) < differing(row, row - pixel, size);
		apply(up ? UP : NONE, above, row, size, pixel, out);
	} else if (search == SHOT_PNG_QUICK) {
		bool up = distance(row, above, size) <= distance(row, row - pixel, size);
		apply(up ? UP : SUB, above, row, size, pixel, out);
	} else {
		uint64_t best = UINT64_MAX;
		for (int filter = NONE; filter < FILTERS; filter++) {
			apply((enum filter)filter, above, row, size, pixel, spare);
			uint64_t now = cost(spare, size);
			if (now < best) {
				best = now;
				memcpy(out, spare, size + 1);
			}
		}
	}
}
