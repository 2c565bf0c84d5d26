#include "image/diff.h"
#include "image/antialiasing.h"
#include "image/image.h"
#include "image/pixel.h"
#include "image/vector.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* The largest distance in pixels between changes of one group, in each direction. */
#define NEAR 32
/* The side of a cell: two pixels in one cell are near each other, pixels of cells that do not touch
 * are not. */
#define CELL NEAR
#define RED 0x00ff0000u

/* Right and bottom not included. */
struct bounds {
	int32_t left, top, right, bottom;
};

/* The changes in one cell. */
struct cell {
	struct bounds bounds; /* in the picture; right is 0 when there are none */
	bool is_taken;	      /* by a group */
	struct {
		uint8_t first, end; /* in the cell; end is 0 when there are none */
	} rows[CELL];
};

struct grid {
	int32_t columns, rows;
	struct cell *cells;
};

/* Note changes of row `y` from `first` to `last`, both in this cell. */
static void grow(struct cell *cell, int32_t first, int32_t last, int32_t y)
{
	struct bounds *bounds = &cell->bounds;
	uint8_t *row_first = &cell->rows[y % CELL].first, *row_end = &cell->rows[y % CELL].end;
	if (!*row_end) {
		*row_first = (uint8_t)(first % CELL);
	}
	*row_end = (uint8_t)(last % CELL + 1);
	if (!bounds->right) {
		*bounds = (struct bounds){first, y, last + 1, y + 1};
		return;
	}
	bounds->left = first < bounds->left ? first : bounds->left;
	bounds->right = last >= bounds->right ? last + 1 : bounds->right;
	bounds->bottom = y + 1;
}

struct work {
	const struct shot_view *a, *b;
	const struct shot_diff_options *options;
	struct grid grid;
	struct shot_diff *out;
};

/* Whether a pixel whose colors differ counts. */
static bool counts(const struct work *work, int32_t x, int32_t y)
{
	return !work->options->ignores_antialiasing ||
	       !(shot_is_antialiased(work->a, work->b, x, y) ||
		       shot_is_antialiased(work->b, work->a, x, y));
}

/* The pixels of row `y` from `from` on, before `to`: all of one cell. */
static void compare_pixels(struct work *work, int32_t y, int32_t from, int32_t to)
{
	const uint8_t *a = shot_view_row(work->a, y), *b = shot_view_row(work->b, y);
	int32_t first = -1, last = -1;
	for (int32_t x = from; x < to; x++) {
		if (shot_pixel_distance(shot_pixel(a, x), shot_pixel(b, x)) <=
				work->options->tolerance ||
			!counts(work, x, y)) {
			continue;
		}
		work->out->changed++;
		first = first < 0 ? x : first;
		last = x;
		if (work->options->picture) {
			uint32_t red = RED;
			memcpy(shot_view_row(work->options->picture, y) + 4 * (size_t)x, &red, 4);
		}
	}
	if (last >= 0) {
		size_t row = (size_t)(y / CELL) * (size_t)work->grid.columns;
		grow(&work->grid.cells[row + (size_t)(from / CELL)], first, last, y);
	}
}

/* Compares the whole span first, because most rows are equal; then pieces that are still in the
 * cache. */
static void compare_span(struct work *work, int32_t y, int32_t from, int32_t to)
{
	const uint8_t *a = shot_view_row(work->a, y), *b = shot_view_row(work->b, y);
	if (!shot_pixels_differ(a + 4 * (size_t)from, b + 4 * (size_t)from, to - from)) {
		return;
	}
	for (int32_t x = from, count; x < to; x += count) {
		count = CELL - x % CELL;
		count = to - x < count ? to - x : count;
		if (shot_pixels_differ(a + 4 * (size_t)x, b + 4 * (size_t)x, count)) {
			compare_pixels(work, y, x, x + count);
		}
	}
}

/* The next span of row `y` that is not ignored and begins at or after `x`; false at the end. */
static bool next_span(const struct work *work, int32_t y, int32_t *x, int32_t *end)
{
	const struct shot_diff_options *options = work->options;
	*end = work->a->width;
	for (size_t i = 0; i < options->ignore_count; i++) {
		struct shot_rect rect = options->ignore[i];
		int64_t right = (int64_t)rect.x + rect.width;
		if (y < rect.y || y >= (int64_t)rect.y + rect.height || right <= *x) {
			continue;
		}
		if (rect.x <= *x) {
			if (right >= work->a->width) {
				return false;
			}
			*x = (int32_t)right;
			*end = work->a->width;
			i = (size_t)-1; /* the new beginning may lie in an earlier one */
		} else if (rect.x < *end) {
			*end = rect.x;
		}
	}
	return *x < work->a->width; /* past the last span there is nothing */
}

static void merge(struct bounds *whole, const struct bounds *part)
{
	whole->left = part->left < whole->left ? part->left : whole->left;
	whole->top = part->top < whole->top ? part->top : whole->top;
	whole->right = part->right > whole->right ? part->right : whole->right;
	whole->bottom = part->bottom > whole->bottom ? part->bottom : whole->bottom;
}

static struct shot_rect rect_of(const struct bounds *bounds)
{
	return (struct shot_rect){bounds->left, bounds->top, bounds->right - bounds->left,
		bounds->bottom - bounds->top};
}

/* Whether a change in `upper` is near one in `lower`, the cell diagonally below it, to the left
 * (-1) or to the right (1). A row of the lower cell is near a row of the upper cell if its number
 * within the cell is not greater; columns likewise. */
static bool are_near_across(const struct cell *upper, const struct cell *lower, int to)
{
	int nearest = -1; /* the column nearest to the other cell, of the rows from y on */
	for (int y = CELL - 1; y >= 0; y--) {
		if (upper->rows[y].end) {
			int column =
				to > 0 ? upper->rows[y].end - 1 : CELL - 1 - upper->rows[y].first;
			nearest = column > nearest ? column : nearest;
		}
		if (lower->rows[y].end) {
			int column = to > 0 ? lower->rows[y].first : CELL - lower->rows[y].end;
			if (column <= nearest) {
				return true;
			}
		}
	}
	return false;
}

/* Whether two cells that touch, of which the second is `right` and `down` (-1, 0, 1) of the first,
 * hold changes that are near each other. */
static bool are_near(const struct cell *a, const struct cell *b, int right, int down)
{
	if (down == 0 || right == 0) {
		const struct cell *first = right + down > 0 ? a : b, *second = first == a ? b : a;
		return down == 0 ? second->bounds.left - (first->bounds.right - 1) <= NEAR
				 : second->bounds.top - (first->bounds.bottom - 1) <= NEAR;
	}
	return down > 0 ? are_near_across(a, b, right) : are_near_across(b, a, -right);
}

/* Take the cells of the group that `start` belongs to; `stack` has room for all cells. */
static struct bounds take_group(struct grid *grid, size_t start, size_t *stack)
{
	struct bounds whole = grid->cells[start].bounds;
	size_t waiting = 1;
	stack[0] = start;
	grid->cells[start].is_taken = true;
	while (waiting > 0) {
		const struct cell *here = &grid->cells[stack[--waiting]];
		int32_t x = (int32_t)(stack[waiting] % (size_t)grid->columns);
		int32_t y = (int32_t)(stack[waiting] / (size_t)grid->columns);
		for (int i = 0; i < 9; i++) {
			int right = i % 3 - 1, down = i / 3 - 1;
			if (x + right < 0 || x + right >= grid->columns || y + down < 0 ||
				y + down >= grid->rows) {
				continue;
			}
			size_t at =
				(size_t)(y + down) * (size_t)grid->columns + (size_t)(x + right);
			struct cell *there = &grid->cells[at];
			if (there->bounds.right && !there->is_taken &&
				are_near(here, there, right, down)) {
				merge(&whole, &there->bounds);
				there->is_taken = true;
				stack[waiting++] = at;
			}
		}
	}
	return whole;
}

static bool collect(struct work *work, struct shot_error *err)
{
	size_t cells = (size_t)work->grid.columns * (size_t)work->grid.rows;
	size_t *stack = malloc(cells * sizeof *stack);
	struct shot_rect *rects = malloc(cells * sizeof *rects);
	if (!stack || !rects) {
		free(stack);
		free(rects);
		return shot_fail_errno(err, ENOMEM, "cannot list the differences");
	}
	struct bounds box = {INT32_MAX, INT32_MAX, 0, 0};
	for (size_t i = 0; i < cells; i++) {
		if (work->grid.cells[i].bounds.right && !work->grid.cells[i].is_taken) {
			struct bounds group = take_group(&work->grid, i, stack);
			rects[work->out->count++] = rect_of(&group);
			merge(&box, &group);
		}
	}
	free(stack);
	work->out->rects = rects;
	if (work->out->count) {
		work->out->box = rect_of(&box);
	}
	return true;
}

/* Paints places that have not changed: gray, at a quarter of the strength, on white. */
SHOT_VECTORIZED static void pale(const uint8_t *restrict in, int32_t count, uint8_t *restrict out)
{
	for (int32_t i = 0; i < count; i++) {
		uint32_t pixel = shot_pixel(in, i);
		uint32_t gray = (77 * (pixel >> 16 & 255) + 150 * (pixel >> 8 & 255) +
					29 * (pixel & 255) + 128) >>
				8;
		uint32_t shown = (192 + gray / 4) * 0x010101;
		memcpy(out + 4 * (size_t)i, &shown, 4);
	}
}

static bool diff(struct work *work, struct shot_error *err)
{
	struct grid *grid = &work->grid;
	grid->columns = (work->a->width + CELL - 1) / CELL;
	grid->rows = (work->a->height + CELL - 1) / CELL;
	grid->cells = calloc((size_t)grid->columns * (size_t)grid->rows, sizeof *grid->cells);
	if (!grid->cells) {
		return shot_fail_errno(err, ENOMEM, "cannot note the differences");
	}
	for (int32_t y = 0; y < work->a->height; y++) {
		if (work->options->picture) {
			pale(shot_view_row(work->a, y), work->a->width,
				shot_view_row(work->options->picture, y));
		}
		int32_t end;
		for (int32_t x = 0; next_span(work, y, &x, &end); x = end) {
			compare_span(work, y, x, end);
		}
	}
	bool ok = collect(work, err);
	free(grid->cells);
	return ok;
}

/* Both as bgrx; false leaves nothing to unref. */
static bool both_bgrx(const struct shot_view *a, const struct shot_view *b,
	struct shot_view views[2], struct shot_error *err)
{
	if (!shot_image_bgrx(a, &views[0], err)) {
		return false;
	}
	if (!shot_image_bgrx(b, &views[1], err)) {
		shot_view_unref(&views[0]);
		return false;
	}
	return true;
}

bool shot_view_diff(const struct shot_view *a, const struct shot_view *b,
	const struct shot_diff_options *options, struct shot_diff *out, struct shot_error *err)
{
	*out = (struct shot_diff){0};
	if (a->width != b->width || a->height != b->height) {
		return shot_fail(err, "EGEOMETRY", "cannot compare %dx%d pixels with %dx%d",
			a->width, a->height, b->width, b->height);
	}
	struct shot_view views[2];
	if (!both_bgrx(a, b, views, err)) {
		return false;
	}
	struct work work = {.a = &views[0], .b = &views[1], .options = options, .out = out};
	bool ok = diff(&work, err);
	shot_view_unref(&views[0]);
	shot_view_unref(&views[1]);
	return ok;
}

bool shot_view_same(
	const struct shot_view *a, const struct shot_view *b, bool *out, struct shot_error *err)
{
	*out = false;
	if (a->width != b->width || a->height != b->height) {
		return true;
	}
	struct shot_view views[2];
	if (!both_bgrx(a, b, views, err)) {
		return false;
	}
	*out = true;
	for (int32_t y = 0; y < a->height && *out; y++) {
		*out = !shot_pixels_differ(
			shot_view_row(&views[0], y), shot_view_row(&views[1], y), a->width);
	}
	shot_view_unref(&views[0]);
	shot_view_unref(&views[1]);
	return true;
}
