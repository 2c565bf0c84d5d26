#include "search/difference.h"

#include <errno.h>
#include <stdlib.h>

#include "image/image.h"
#include "image/vector.h"

/* A row of the pattern. */
struct row {
	const uint8_t *wanted, *low, *high;
};

/* How much a byte differs from the row's. A value within the limits is replaced by what is wanted,
 * because processors have an instruction that sums the differences of bytes, and none that leaves
 * some out; it is replaced by bits, because compilers turn a condition into one that comes after
 * the difference. */
static inline uint32_t differ(bool has_limits, struct row row, size_t at, uint8_t value)
{
	if (has_limits) {
		uint8_t nearest = value < row.low[at] ? row.low[at] : value;
		nearest = nearest > row.high[at] ? row.high[at] : nearest;
		uint8_t equal = nearest == value ? 255 : 0;
		value ^= (value ^ row.wanted[at]) & equal;
	}
	return (uint32_t)abs(value - row.wanted[at]);
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

/* Of one place or four beside each other, whose sums are apart so that the compiler makes a vector
 * of each. */
static inline void sum_row(const struct shot_difference *difference, bool has_limits, int places,
	const uint8_t *in, int32_t number, uint32_t sums[4])
{
	size_t count = difference->row_bytes, at = (size_t)number * count;
	struct row row = {.wanted = difference->wanted + at};
	if (has_limits) {
		row.low = difference->low + at;
		row.high = difference->high + at;
	}
	uint32_t first = 0, second = 0, third = 0, fourth = 0;
	for (size_t i = 0; i < count; i++) {
		first += differ(has_limits, row, i, in[i]);
		if (places == 4) {
			second += differ(has_limits, row, i, in[i + 3]);
			third += differ(has_limits, row, i, in[i + 6]);
			fourth += differ(has_limits, row, i, in[i + 9]);
		}
	}
	sums[0] = first;
	sums[1] = second;
	sums[2] = third;
	sums[3] = fourth;
}

/* Whether one of the places is within the budget. */
static inline bool is_one_within(int places, const int64_t sums[4], int64_t budget)
{
	bool is_within = sums[0] <= budget;
	for (int i = 1; i < places; i++) {
		is_within = is_within || sums[i] <= budget;
	}
	return is_within;
}

/* The callers are this one function for each kind, with its loop over bytes, and keep their values
 * in registers: a call for each row would take twice the time. */
static inline void sum_rows(const struct shot_difference *difference, bool has_limits, int places,
	int32_t *order, const uint8_t *first, int64_t budget, int64_t out[4])
{
	int64_t sums[4] = {0};
	for (int32_t i = 0; i < difference->rows && is_one_within(places, sums, budget); i++) {
		int32_t number = order[i];
		uint32_t of_row[4];
		sum_row(difference, has_limits, places,
			first + (size_t)number * difference->picture.stride, number, of_row);
		bool rejects = true;
		for (int place = 0; place < places; place++) {
			rejects = rejects && of_row[place] > budget;
			sums[place] += of_row[place];
		}
		if (rejects) {
			order[i] = order[0];
			order[0] = number;
		}
	}
	for (int place = 0; place < places; place++) {
		out[place] = sums[place];
	}
}

SHOT_VECTORIZED static void sum_all(const struct shot_difference *difference, int32_t *order,
	const uint8_t *first, int64_t budget, int64_t out[4])
{
	sum_rows(difference, false, 1, order, first, budget, out);
}

SHOT_VECTORIZED static void sum_outside(const struct shot_difference *difference, int32_t *order,
	const uint8_t *first, int64_t budget, int64_t out[4])
{
	sum_rows(difference, true, 1, order, first, budget, out);
}

SHOT_VECTORIZED static void sum_all_four(const struct shot_difference *difference, int32_t *order,
	const uint8_t *first, int64_t budget, int64_t out[4])
{
	sum_rows(difference, false, 4, order, first, budget, out);
}

SHOT_VECTORIZED static void sum_outside_four(const struct shot_difference *difference,
	int32_t *order, const uint8_t *first, int64_t budget, int64_t out[4])
{
	sum_rows(difference, true, 4, order, first, budget, out);
}

static const uint8_t *first_byte(const struct shot_difference *difference, int32_t x, int32_t y)
{
	return shot_view_row(&difference->picture, y) + 3 * (size_t)x;
}

int64_t shot_difference_at(const struct shot_difference *difference, int32_t *order, int32_t x,
	int32_t y, int64_t budget)
{
	int64_t out[4];
	(difference->low ? sum_outside : sum_all)(
		difference, order, first_byte(difference, x, y), budget, out);
	return out[0];
}

void shot_difference_at_four(const struct shot_difference *difference, int32_t *order, int32_t x,
	int32_t y, int64_t budget, int64_t out[4])
{
	(difference->low ? sum_outside_four : sum_all_four)(
		difference, order, first_byte(difference, x, y), budget, out);
}
