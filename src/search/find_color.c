#include "search/find_color.h"
#include "image/image.h"
#include "image/pixel.h"
#include "image/vector.h"

#include <errno.h>
#include <stdlib.h>

#define STRETCH 32 /* pixels */

/* The least value of each channel, and the width of its range. */
struct range {
	uint32_t low[3], span[3]; /* blue, green, red */
};

struct run {
	int32_t left, right; /* not included */
	size_t label;	     /* of its area */
};

struct label {
	size_t parent; /* an earlier label of the same area, or itself */
	struct shot_area area;
};

struct work {
	struct label *labels;
	size_t count, capacity;
	struct run *runs[2]; /* of the row above, and of this one */
	size_t run_count[2];
};

SHOT_VECTORIZED static bool has_exactly(const uint8_t *row, int32_t count, uint32_t wanted)
{
	uint32_t found = 0;
	for (int32_t i = 0; i < count; i++) {
		found |= (shot_pixel(row, i) & SHOT_COLOR_MASK) == wanted;
	}
	return found;
}

static inline bool is_within(uint32_t pixel, const struct range *range)
{
	uint32_t outside = (pixel & 255) - range->low[0] > range->span[0];
	outside |= (pixel >> 8 & 255) - range->low[1] > range->span[1];
	outside |= (pixel >> 16 & 255) - range->low[2] > range->span[2];
	return !outside;
}

/* Compares byte by byte, a stretch at a time, to fill vectors; then the four bytes of each pixel.
 * */
SHOT_VECTORIZED static bool has_within(const uint8_t *row, int32_t count, struct range range)
{
	uint8_t low[4 * STRETCH], span[4 * STRETCH];
	for (int i = 0; i < 4 * STRETCH; i++) {
		low[i] = i % 4 < 3 ? (uint8_t)range.low[i % 4] : 0;
		span[i] = i % 4 < 3 ? (uint8_t)range.span[i % 4] : 255;
	}
	uint32_t found = 0;
	int32_t x = 0;
	for (; x + STRETCH <= count; x += STRETCH) {
		uint8_t is_inside[4 * STRETCH];
		for (int i = 0; i < 4 * STRETCH; i++) {
			uint8_t above = (uint8_t)(row[4 * (size_t)x + (size_t)i] - low[i]);
			is_inside[i] = above <= span[i] ? 255 : 0;
		}
		for (int i = 0; i < STRETCH; i++) {
			found |= shot_pixel(is_inside, i) == UINT32_MAX;
		}
	}
	for (; x < count; x++) {
		found |= is_within(shot_pixel(row, x), &range);
	}
	return found;
}

static struct range make_range(const struct shot_color *color)
{
	struct range range;
	for (int i = 0; i < 3; i++) {
		int value = color->rgb[2 - i];
		int low = value > color->tolerance ? value - color->tolerance : 0;
		int high = value + color->tolerance < 255 ? value + color->tolerance : 255;
		range.low[i] = (uint32_t)low;
		range.span[i] = (uint32_t)(high - low);
	}
	return range;
}

static size_t root(struct label *labels, size_t label)
{
	while (labels[label].parent != label) {
		labels[label].parent = labels[labels[label].parent].parent;
		label = labels[label].parent;
	}
	return label;
}

static bool new_label(struct work *work, int32_t x, int32_t y, struct shot_error *err)
{
	if (work->count == work->capacity) {
		size_t capacity = work->capacity ? 2 * work->capacity : 64;
		struct label *labels = realloc(work->labels, capacity * sizeof *labels);
		if (!labels) {
			return shot_fail_errno(
				err, ENOMEM, "cannot list more than %zu areas", work->count);
		}
		work->labels = labels;
		work->capacity = capacity;
	}
	work->labels[work->count] = (struct label){
		.parent = work->count, .area = {.x = x, .y = y, .box = {x, y, 0, 0}}};
	work->count++;
	return true;
}

/* Merges two labels into the earlier one. */
static size_t join(struct work *work, size_t a, size_t b)
{
	a = root(work->labels, a);
	b = root(work->labels, b);
	if (a == b) {
		return a;
	}
	size_t first = a < b ? a : b, second = a < b ? b : a;
	struct label *into = &work->labels[first], *from = &work->labels[second];
	from->parent = first;
	into->area.pixels += from->area.pixels;
	into->area.box = shot_rect_unite(into->area.box, from->area.box);
	return first;
}

/* Gives the run the label of a run that it touches above, else a new one. The search begins at
 * `above`, and moves it along. */
static bool label_run(
	struct work *work, struct run *run, int32_t y, size_t *above, struct shot_error *err)
{
	const struct run *runs = work->runs[0];
	size_t count = work->run_count[0];
	while (*above < count && runs[*above].right < run->left) {
		(*above)++;
	}
	bool is_new = *above == count || runs[*above].left > run->right;
	if (is_new && !new_label(work, run->left, y, err)) {
		return false;
	}
	run->label = is_new ? work->count - 1 : runs[*above].label;
	for (size_t i = *above; i < count && runs[i].left <= run->right; i++) {
		run->label = join(work, run->label, runs[i].label);
	}
	struct shot_area *area = &work->labels[run->label].area;
	struct shot_rect box = {run->left, y, run->right - run->left, 1};
	area->box = area->pixels ? shot_rect_unite(area->box, box) : box;
	area->pixels += box.width;
	return true;
}

static bool label_row(struct work *work, const uint8_t *row, int32_t width, int32_t y,
	const struct range *range, struct shot_error *err)
{
	size_t above = 0;
	for (int32_t x = 0; x < width; x++) {
		if (!is_within(shot_pixel(row, x), range)) {
			continue;
		}
		struct run run = {.left = x};
		while (x < width && is_within(shot_pixel(row, x), range)) {
			x++;
		}
		run.right = x;
		if (!label_run(work, &run, y, &above, err)) {
			return false;
		}
		work->runs[1][work->run_count[1]++] = run;
	}
	return true;
}

static bool scan(struct work *work, const struct shot_view *view, const struct shot_color *color,
	struct shot_error *err)
{
	struct range range = make_range(color);
	uint32_t exact = range.low[0] | range.low[1] << 8 | range.low[2] << 16;
	size_t most = (size_t)view->width / 2 + 1;
	for (int i = 0; i < 2; i++) {
		work->runs[i] = malloc(most * sizeof(struct run));
		if (!work->runs[i]) {
			return shot_fail_errno(err, ENOMEM, "cannot list the areas of a color");
		}
	}
	for (int32_t y = 0; y < view->height; y++) {
		const uint8_t *row = shot_view_row(view, y);
		bool has = color->tolerance == 0 ? has_exactly(row, view->width, exact)
						 : has_within(row, view->width, range);
		work->run_count[1] = 0;
		if (has && !label_row(work, row, view->width, y, &range, err)) {
			return false;
		}
		struct run *above = work->runs[0];
		work->runs[0] = work->runs[1];
		work->run_count[0] = work->run_count[1];
		work->runs[1] = above;
	}
	return true;
}

static bool collect(const struct work *work, int64_t min_pixels, struct shot_area **out,
	size_t *count, struct shot_error *err)
{
	if (work->count == 0) {
		return true;
	}
	*out = malloc(work->count * sizeof **out);
	if (!*out) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu areas", work->count);
	}
	for (size_t i = 0; i < work->count; i++) {
		const struct label *label = &work->labels[i];
		if (label->parent == i && label->area.pixels >= min_pixels) {
			(*out)[(*count)++] = label->area;
		}
	}
	return true;
}

bool shot_find_color(const struct shot_view *view, const struct shot_color *color,
	int64_t min_pixels, struct shot_area **out, size_t *count, struct shot_error *err)
{
	*out = NULL;
	*count = 0;
	struct shot_view bgrx;
	if (!shot_image_bgrx(view, &bgrx, err)) {
		return false;
	}
	struct work work = {0};
	bool ok = scan(&work, &bgrx, color, err) && collect(&work, min_pixels, out, count, err);
	free(work.labels);
	free(work.runs[0]);
	free(work.runs[1]);
	shot_view_unref(&bgrx);
	return ok;
}
