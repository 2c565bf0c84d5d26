#include "image/pattern.h"
#include "image/pixel.h"
#include "image/vector.h"

#include <errno.h>
#include <stdlib.h>

#define GRID 4	   /* blocks a side, at most, of which the pattern is made for the quick test */
#define LARGEST 64 /* pixels a side of a block, at most, so that sums fit 32 bits */
#define PIECE 64   /* places whose quick tests are looked at together */
#define GENEROUS \
	30 /* how much a pixel may differ for the most promising places to be worth a search */

/* A block of the pattern. The sum of what its pixels differ is no less than what the sums of its
 * pixels differ; a picture's sums are quick to make for every place. */
struct block {
	int32_t x, y;
	uint32_t sum;
};

struct search {
	const struct shot_view *view;
	const struct shot_pattern *pattern;
	int tolerance;
	int64_t budget;
	bool all;
	struct shot_matches *out;
	int32_t places, rows; /* where the pattern can be: in a row, and how many of these */

	int32_t *order; /* the pattern's rows, the most telling first */

	int32_t block_width, block_height;
	struct block blocks[GRID * GRID]; /* without those that the mask touches */
	size_t block_count;
	uint32_t slack; /* what tolerance takes from the difference of a block's sums */

	int32_t sum_rows;  /* how many rows of sums are kept */
	uint32_t *sums;	   /* of the blocks that begin at each pixel of a row; a ring of rows */
	int32_t made;	   /* rows of sums so far */
	uint32_t *columns; /* of block_height pixels */
	uint32_t *bounds;  /* for each place of a row: how much differs at least */
};

static uint32_t pixel_sum(uint32_t pixel)
{
	return (pixel & 255) + (pixel >> 8 & 255) + (pixel >> 16 & 255);
}

/* columns += what enters, and -= what leaves */
SHOT_VECTORISED static void add_pixels(const uint8_t *row, int32_t count, uint32_t *columns)
{
	for (int32_t i = 0; i < count; i++) {
		uint32_t pixel = shot_pixel(row, i);
		columns[i] += (pixel & 255) + (pixel >> 8 & 255) + (pixel >> 16 & 255);
	}
}

SHOT_VECTORISED static void subtract_pixels(const uint8_t *row, int32_t count, uint32_t *columns)
{
	for (int32_t i = 0; i < count; i++) {
		uint32_t pixel = shot_pixel(row, i);
		columns[i] -= (pixel & 255) + (pixel >> 8 & 255) + (pixel >> 16 & 255);
	}
}

/* bounds += max(0, |sums - sum| - slack) */
SHOT_VECTORISED static void add_bound(const uint32_t *restrict sums, uint32_t sum, uint32_t slack,
	int32_t count, uint32_t *restrict bounds)
{
	for (int32_t i = 0; i < count; i++) {
		uint32_t difference = sums[i] > sum ? sums[i] - sum : sum - sums[i];
		bounds[i] += difference > slack ? difference - slack : 0;
	}
}

SHOT_VECTORISED static uint32_t lowest(const uint32_t *bounds, int32_t count)
{
	uint32_t least = UINT32_MAX;
	for (int32_t i = 0; i < count; i++) {
		least = bounds[i] < least ? bounds[i] : least;
	}
	return least;
}

/* The sum of differences of a row: `count` bytes. */
SHOT_VECTORISED static uint32_t difference_all(
	const uint8_t *row, const uint8_t *pixels, const uint8_t *keep, int32_t count)
{
	uint32_t sum = 0;
	for (int32_t i = 0; i < count; i++) {
		sum += (uint32_t)abs((row[i] & keep[i]) - pixels[i]);
	}
	return sum;
}

SHOT_VECTORISED static uint32_t difference_above(const uint8_t *row, const uint8_t *pixels,
	const uint8_t *keep, int32_t count, uint8_t tolerance)
{
	uint32_t sum = 0;
	for (int32_t i = 0; i < count; i++) {
		uint8_t value = row[i] & keep[i], wanted = pixels[i];
		uint8_t difference =
			value > wanted ? (uint8_t)(value - wanted) : (uint8_t)(wanted - value);
		sum += difference > tolerance ? difference : 0;
	}
	return sum;
}

/* The difference at a place, or more than the budget as soon as it is more. */
static int64_t difference_at(const struct search *search, int32_t x, int32_t y)
{
	const struct shot_pattern *pattern = search->pattern;
	int64_t sum = 0;
	for (int32_t i = 0; i < pattern->height && sum <= search->budget; i++) {
		int32_t row = search->order[i];
		size_t at = (size_t)row * (size_t)pattern->width;
		const uint8_t *pixels = (const uint8_t *)(pattern->pixels + at);
		const uint8_t *keep = (const uint8_t *)(pattern->keep + at);
		const uint8_t *in = shot_view_row(search->view, y + row) + 4 * (size_t)x;
		sum += search->tolerance ? difference_above(in, pixels, keep, 4 * pattern->width,
						   (uint8_t)search->tolerance)
					 : difference_all(in, pixels, keep, 4 * pattern->width);
	}
	return sum;
}

/* False when the mask touches it. */
static bool sum_block(const struct search *search, struct block *block)
{
	const struct shot_pattern *pattern = search->pattern;
	block->sum = 0;
	for (int32_t y = block->y; y < block->y + search->block_height; y++) {
		for (int32_t x = block->x; x < block->x + search->block_width; x++) {
			size_t at = (size_t)y * (size_t)pattern->width + (size_t)x;
			if (!pattern->keep[at]) {
				return false;
			}
			block->sum += pixel_sum(pattern->pixels[at]);
		}
	}
	return true;
}

/* How many blocks fit a side, and how long each is. */
static int32_t split(int32_t side, int32_t *length)
{
	int32_t count = side < GRID ? side : GRID;
	*length = side / count < LARGEST ? side / count : LARGEST;
	return count;
}

static void make_blocks(struct search *search)
{
	const struct shot_pattern *pattern = search->pattern;
	int32_t columns = split(pattern->width, &search->block_width);
	int32_t rows = split(pattern->height, &search->block_height);
	int32_t last = 0;
	for (int32_t i = 0; i < columns * rows; i++) {
		struct block block = {.x = i % columns * (pattern->width / columns),
			.y = i / columns * (pattern->height / rows)};
		if (sum_block(search, &block)) {
			search->blocks[search->block_count++] = block;
			last = block.y;
		}
	}
	search->sum_rows = last + 1;
	search->slack =
		(uint32_t)(3 * search->tolerance * search->block_width * search->block_height);
}

static bool make_room(struct search *search, struct shot_error *err)
{
	size_t width = (size_t)search->view->width;
	search->sums = malloc((size_t)search->sum_rows * width * sizeof *search->sums);
	search->columns = malloc(width * sizeof *search->columns);
	search->bounds = malloc(width * sizeof *search->bounds);
	return (search->sums && search->columns && search->bounds) ||
	       shot_fail_errno(err, ENOMEM, "cannot search a picture of %zu columns", width);
}

/* Make the sums of the blocks whose first row is `y`; called for each row in turn. */
static void add_sums(struct search *search, int32_t y)
{
	const struct shot_view *view = search->view;
	int32_t width = search->block_width;
	if (y == 0) {
		for (int32_t i = 0; i < search->block_height - 1; i++) {
			add_pixels(shot_view_row(view, i), view->width, search->columns);
		}
	} else {
		subtract_pixels(shot_view_row(view, y - 1), view->width, search->columns);
	}
	add_pixels(shot_view_row(view, y + search->block_height - 1), view->width, search->columns);
	uint32_t *sums = search->sums + (size_t)(y % search->sum_rows) * (size_t)view->width;
	uint32_t sum = 0;
	for (int32_t x = 0; x < width - 1; x++) {
		sum += search->columns[x];
	}
	for (int32_t x = 0; x + width <= view->width; x++) {
		sum += search->columns[x + width - 1];
		sums[x] = sum;
		sum -= search->columns[x];
	}
}

static bool look_closely(
	struct search *search, int32_t x, int32_t count, int32_t y, struct shot_error *err)
{
	for (int32_t end = x + count; x < end; x++) {
		if (search->bounds[x] > search->budget) {
			continue;
		}
		int64_t difference = difference_at(search, x, y);
		if (difference > search->budget) {
			continue;
		}
		if (!search->all) {
			search->out->count = 0;
			search->budget = difference - 1; /* only a better one counts from now on */
		}
		if (!shot_matches_add(search->out, (struct shot_found){x, y, difference}, err)) {
			return false;
		}
	}
	return true;
}

/* Begin with the first row. */
static void rewind_sums(struct search *search)
{
	search->made = 0;
	memset(search->columns, 0, (size_t)search->view->width * sizeof *search->columns);
}

/* The bounds of all places of row `y`; called for each row in turn. */
static void make_bounds(struct search *search, int32_t y)
{
	while (search->made < y + search->sum_rows) {
		add_sums(search, search->made++);
	}
	memset(search->bounds, 0, (size_t)search->places * sizeof *search->bounds);
	for (size_t i = 0; i < search->block_count; i++) {
		const struct block *block = &search->blocks[i];
		size_t row = (size_t)((y + block->y) % search->sum_rows);
		add_bound(search->sums + row * (size_t)search->view->width + block->x, block->sum,
			search->slack, search->places, search->bounds);
	}
}

static int32_t piece_at(const struct search *search, int32_t x)
{
	return search->places - x < PIECE ? search->places - x : PIECE;
}

/* When one match is wanted, and much may differ: look at the most promising place of each piece
 * first, so that the others need not be looked at for long. */
static void lower_budget(struct search *search)
{
	rewind_sums(search);
	for (int32_t y = 0; y < search->rows; y++) {
		make_bounds(search, y);
		for (int32_t x = 0; x < search->places; x += PIECE) {
			uint32_t bound = lowest(search->bounds + x, piece_at(search, x));
			int32_t place = x;
			if (bound >= search->budget) {
				continue;
			}
			while (search->bounds[place] != bound) {
				place++;
			}
			int64_t difference = difference_at(search, place, y);
			search->budget = difference < search->budget ? difference : search->budget;
		}
	}
}

static bool scan(struct search *search, struct shot_error *err)
{
	rewind_sums(search);
	for (int32_t y = 0; y < search->rows; y++) {
		make_bounds(search, y);
		for (int32_t x = 0; x < search->places; x += PIECE) {
			int32_t count = piece_at(search, x);
			if (lowest(search->bounds + x, count) <= search->budget &&
				!look_closely(search, x, count, y, err)) {
				return false;
			}
			if (search->budget < 0) {
				return true;
			}
		}
	}
	return true;
}

bool shot_find_near(const struct shot_view *view, const struct shot_pattern *pattern, int tolerance,
	int64_t budget, bool all, struct shot_matches *out, struct shot_error *err)
{
	struct search search = {.view = view,
		.pattern = pattern,
		.tolerance = tolerance,
		.budget = budget,
		.all = all,
		.out = out,
		.places = view->width - pattern->width + 1,
		.rows = view->height - pattern->height + 1};
	make_blocks(&search);
	search.order = shot_pattern_order(pattern, err);
	bool ok = search.order && make_room(&search, err);
	if (ok && !all && budget > pattern->count * GENEROUS) {
		lower_budget(&search);
	}
	ok = ok && scan(&search, err);
	free(search.order);
	free(search.sums);
	free(search.columns);
	free(search.bounds);
	return ok;
}
