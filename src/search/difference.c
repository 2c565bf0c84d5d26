#include "search/difference.h"

#include <errno.h>
#include <stdlib.h>

#include "image/image.h"
#include "image/vector.h"

static inline uint32_t sum_all(const uint8_t *row, const uint8_t *wanted, size_t count)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < count; i++) {
		sum += (uint32_t)abs(row[i] - wanted[i]);
	}
	return sum;
}

/* The sum of those that are not from `low` to `high`. The others are replaced by what is wanted,
 * because processors have an instruction that sums the differences of bytes, and none that leaves
 * some out. */
static inline uint32_t sum_outside(const uint8_t *row, const uint8_t *wanted, const uint8_t *low,
	const uint8_t *high, size_t count)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < count; i++) {
		uint8_t value = row[i];
		uint8_t nearest = value < low[i] ? low[i] : value;
		nearest = nearest > high[i] ? high[i] : nearest;
		uint8_t counts = nearest == value ? wanted[i] : value;
		sum += (uint32_t)abs(counts - wanted[i]);
	}
	return sum;
}

/* The limits: `tolerance` away, and all values where the mask is black. */
static void set_limits(
	struct shot_difference *difference, const struct shot_pattern *pattern, int tolerance)
{
	size_t size = difference->row_bytes * (size_t)pattern->height;
	for (size_t i = 0; i < size; i++) {
		int value = difference->wanted[i];
		bool counts = pattern->keep[i / 3];
		difference->low[i] = counts && value > tolerance ? (uint8_t)(value - tolerance) : 0;
		difference->high[i] =
			counts && value < 255 - tolerance ? (uint8_t)(value + tolerance) : 255;
	}
}

bool shot_difference_init(struct shot_difference *difference, const struct shot_view *view,
	const struct shot_pattern *pattern, int tolerance, struct shot_error *err)
{
	size_t pixels = (size_t)pattern->width * (size_t)pattern->height;
	bool has_limits = tolerance || pattern->count != (int64_t)pixels;
	*difference = (struct shot_difference){
		.row_bytes = 3 * (size_t)pattern->width, .rows = pattern->height};
	difference->wanted = malloc(3 * pixels);
	if (has_limits) {
		difference->low = malloc(3 * pixels);
		difference->high = malloc(3 * pixels);
	}
	if (!difference->wanted || (has_limits && !(difference->low && difference->high))) {
		return shot_fail_errno(err, ENOMEM, "cannot search for %zu pixels", pixels);
	}
	for (size_t i = 0; i < pixels; i++) {
		difference->wanted[3 * i] = (uint8_t)(pattern->pixels[i] >> 16);
		difference->wanted[3 * i + 1] = (uint8_t)(pattern->pixels[i] >> 8);
		difference->wanted[3 * i + 2] = (uint8_t)pattern->pixels[i];
	}
	if (has_limits) {
		set_limits(difference, pattern, tolerance);
	}
	return shot_image_copy(view, SHOT_FORMAT_RGB, &difference->picture, err);
}

void shot_difference_finish(struct shot_difference *difference)
{
	free(difference->wanted);
	free(difference->low);
	free(difference->high);
	shot_view_unref(&difference->picture);
}

/* The callers are this one function for either kind, each with its loop over bytes, and keep their
 * values in registers: a call for each row would take twice the time. */
static inline int64_t sum_rows(const struct shot_difference *difference, bool has_limits,
	int32_t *order, const uint8_t *first, int64_t budget)
{
	const uint8_t *wanted = difference->wanted;
	size_t count = difference->row_bytes, stride = difference->picture.stride;
	int32_t rows = difference->rows;
	int64_t sum = 0;
	for (int32_t i = 0; i < rows && sum <= budget; i++) {
		int32_t row = order[i];
		const uint8_t *in = first + (size_t)row * stride;
		size_t at = (size_t)row * count;
		uint32_t of_row = has_limits ? sum_outside(in, wanted + at, difference->low + at,
						       difference->high + at, count)
					     : sum_all(in, wanted + at, count);
		if (of_row > budget) {
			order[i] = order[0];
			order[0] = row;
		}
		sum += of_row;
	}
	return sum;
}

SHOT_VECTORIZED static int64_t sum_all_rows(const struct shot_difference *difference,
	int32_t *order, const uint8_t *first, int64_t budget)
{
	return sum_rows(difference, false, order, first, budget);
}

SHOT_VECTORIZED static int64_t sum_rows_outside(const struct shot_difference *difference,
	int32_t *order, const uint8_t *first, int64_t budget)
{
	return sum_rows(difference, true, order, first, budget);
}

int64_t shot_difference_at(const struct shot_difference *difference, int32_t *order, int32_t x,
	int32_t y, int64_t budget)
{
	const uint8_t *first = shot_view_row(&difference->picture, y) + 3 * (size_t)x;
	return difference->low ? sum_rows_outside(difference, order, first, budget)
			       : sum_all_rows(difference, order, first, budget);
}
