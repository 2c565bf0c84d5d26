#include "search/find_bound.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image/pixel.h"
#include "image/vector.h"

#define LARGEST 64 /* pixels a side of a block, at most, so that sums fit 32 bits */

static inline uint32_t pixel_sum(uint32_t pixel)
{
	return (pixel & 255) + (pixel >> 8 & 255) + (pixel >> 16 & 255);
}

/* columns += the row that enters, and -= the row that leaves */
SHOT_VECTORIZED static void add_pixels(const uint8_t *row, int32_t count, uint32_t *columns)
{
	for (int32_t i = 0; i < count; i++) {
		columns[i] += pixel_sum(shot_pixel(row, i));
	}
}

SHOT_VECTORIZED static void subtract_pixels(const uint8_t *row, int32_t count, uint32_t *columns)
{
	for (int32_t i = 0; i < count; i++) {
		columns[i] -= pixel_sum(shot_pixel(row, i));
	}
}

/* bounds += max(0, |sums - sum| - slack) */
SHOT_VECTORIZED static void add_bound(const uint32_t *restrict sums, uint32_t sum, uint32_t slack,
	int32_t count, uint32_t *restrict bounds)
{
	for (int32_t i = 0; i < count; i++) {
		uint32_t difference = sums[i] > sum ? sums[i] - sum : sum - sums[i];
		bounds[i] += difference > slack ? difference - slack : 0;
	}
}

/* False when the mask touches it. */
static bool sum_block(const struct shot_bounds *bounds, const struct shot_pattern *pattern,
	struct shot_block *block)
{
	block->sum = 0;
	for (int32_t y = block->y; y < block->y + bounds->block_height; y++) {
		for (int32_t x = block->x; x < block->x + bounds->block_width; x++) {
			size_t at = (size_t)y * (size_t)pattern->width + (size_t)x;
			if (!pattern->keep[at]) {
				return false;
			}
			block->sum += pixel_sum(pattern->pixels[at]);
		}
	}
	return true;
}

/* The number of blocks of a side, and the length of each. */
static int32_t split(int32_t side, int32_t *length)
{
	int32_t count = side < SHOT_BOUND_GRID ? side : SHOT_BOUND_GRID;
	*length = side / count < LARGEST ? side / count : LARGEST;
	return count;
}

static void make_blocks(
	struct shot_bounds *bounds, const struct shot_pattern *pattern, int tolerance)
{
	int32_t columns = split(pattern->width, &bounds->block_width);
	int32_t rows = split(pattern->height, &bounds->block_height);
	int32_t last = 0;
	for (int32_t i = 0; i < columns * rows; i++) {
		struct shot_block block = {.x = i % columns * (pattern->width / columns),
			.y = i / columns * (pattern->height / rows)};
		if (sum_block(bounds, pattern, &block)) {
			bounds->blocks[bounds->block_count++] = block;
			last = block.y;
		}
	}
	bounds->sum_rows = last + 1;
	bounds->slack = (uint32_t)(3 * tolerance * bounds->block_width * bounds->block_height);
}

bool shot_bounds_init(struct shot_bounds *bounds, const struct shot_view *view,
	const struct shot_pattern *pattern, int tolerance, struct shot_error *err)
{
	*bounds = (struct shot_bounds){.view = view, .places = view->width - pattern->width + 1};
	make_blocks(bounds, pattern, tolerance);
	size_t width = (size_t)view->width;
	bounds->sums = malloc((size_t)bounds->sum_rows * width * sizeof *bounds->sums);
	bounds->columns = malloc(width * sizeof *bounds->columns);
	bounds->list = malloc(width * sizeof *bounds->list);
	return (bounds->sums && bounds->columns && bounds->list) ||
	       shot_fail_errno(err, ENOMEM, "cannot search a picture of %zu columns", width);
}

/* Make the sums of the blocks whose first row is `y`; called for each row in turn. */
static void add_sums(struct shot_bounds *bounds, int32_t y)
{
	const struct shot_view *view = bounds->view;
	int32_t width = bounds->block_width;
	if (y == bounds->first) {
		for (int32_t i = y; i < y + bounds->block_height - 1; i++) {
			add_pixels(shot_view_row(view, i), view->width, bounds->columns);
		}
	} else {
		subtract_pixels(shot_view_row(view, y - 1), view->width, bounds->columns);
	}
	add_pixels(shot_view_row(view, y + bounds->block_height - 1), view->width, bounds->columns);
	uint32_t *sums = bounds->sums + (size_t)(y % bounds->sum_rows) * (size_t)view->width;
	uint32_t sum = 0;
	for (int32_t x = 0; x < width - 1; x++) {
		sum += bounds->columns[x];
	}
	for (int32_t x = 0; x + width <= view->width; x++) {
		sum += bounds->columns[x + width - 1];
		sums[x] = sum;
		sum -= bounds->columns[x];
	}
}

void shot_bounds_finish(struct shot_bounds *bounds)
{
	free(bounds->sums);
	free(bounds->columns);
	free(bounds->list);
}

void shot_bounds_rewind(struct shot_bounds *bounds, int32_t first)
{
	bounds->first = first;
	bounds->made = first;
	memset(bounds->columns, 0, (size_t)bounds->view->width * sizeof *bounds->columns);
}

void shot_bounds_make(struct shot_bounds *bounds, int32_t y)
{
	while (bounds->made < y + bounds->sum_rows) {
		add_sums(bounds, bounds->made++);
	}
	memset(bounds->list, 0, (size_t)bounds->places * sizeof *bounds->list);
	for (size_t i = 0; i < bounds->block_count; i++) {
		const struct shot_block *block = &bounds->blocks[i];
		size_t row = (size_t)((y + block->y) % bounds->sum_rows);
		add_bound(bounds->sums + row * (size_t)bounds->view->width + block->x, block->sum,
			bounds->slack, bounds->places, bounds->list);
	}
}
