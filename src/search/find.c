#include "search/find.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "image/convert.h"
#include "image/image.h"
#include "image/pixel.h"
#include "search/find_exact.h"
#include "search/find_near.h"

#define MOST_DIFFERENCE (3 * 255) /* of a pixel */

bool shot_view_is_black(const struct shot_view *view)
{
	for (int32_t y = 0; y < view->height; y++) {
		for (int32_t x = 0; x < view->width; x++) {
			uint8_t rgb[3];
			shot_view_pixel(view, x, y, rgb);
			if (rgb[0] | rgb[1] | rgb[2]) {
				return false;
			}
		}
	}
	return true;
}

bool shot_find_check_mask(
	const struct shot_view *wanted, const struct shot_view *mask, struct shot_error *err)
{
	if (mask && (mask->width != wanted->width || mask->height != wanted->height)) {
		return shot_fail(err, "EGEOMETRY",
			"a mask of %dx%d does not fit a picture of %dx%d", mask->width,
			mask->height, wanted->width, wanted->height);
	}
	return !mask || !shot_view_is_black(mask) ||
	       shot_fail(err, "EGEOMETRY", "the mask is all black");
}

/* Applies the mask; at first `keep` has the mask's pixels. */
static void apply_mask(struct shot_pattern *pattern, bool is_masked)
{
	size_t total = (size_t)pattern->width * (size_t)pattern->height;
	pattern->count = 0;
	for (size_t i = 0; i < total; i++) {
		bool keeps = !is_masked || pattern->keep[i] & SHOT_COLOR_MASK;
		pattern->keep[i] = keeps ? SHOT_COLOR_MASK : 0;
		pattern->pixels[i] &= pattern->keep[i];
		pattern->count += keeps;
	}
}

static bool prepare(struct shot_pattern *pattern, const struct shot_view *wanted,
	const struct shot_view *mask, struct shot_error *err)
{
	size_t stride = 4 * (size_t)wanted->width, size = stride * (size_t)wanted->height;
	pattern->width = wanted->width;
	pattern->height = wanted->height;
	pattern->pixels = malloc(size);
	pattern->keep = malloc(size);
	if (!pattern->pixels || !pattern->keep) {
		return shot_fail_errno(err, ENOMEM, "cannot search for %zu pixels", size / 4);
	}
	shot_view_convert(wanted, SHOT_FORMAT_BGRX, (uint8_t *)pattern->pixels, stride);
	if (mask) {
		shot_view_convert(mask, SHOT_FORMAT_BGRX, (uint8_t *)pattern->keep, stride);
	}
	apply_mask(pattern, mask != NULL);
	return true;
}

static int by_quality(const void *a, const void *b)
{
	const struct shot_found *x = a, *y = b;
	if (x->difference != y->difference) {
		return x->difference < y->difference ? -1 : 1;
	}
	if (x->y != y->y) {
		return x->y < y->y ? -1 : 1;
	}
	return (x->x > y->x) - (x->x < y->x);
}

/* Accepted matches by place. A cell is as large as the pattern, so that it holds one at most, and
 * one that overlaps lies in a neighboring cell. */
struct places {
	int32_t width, height, columns, rows;
	int32_t (*cells)[2]; /* x + 1, so that 0 is none, and y */
};

static bool overlaps(const struct places *places, int32_t x, int32_t y)
{
	int32_t column = x / places->width, row = y / places->height;
	for (int32_t r = row - 1; r <= row + 1; r++) {
		for (int32_t c = column - 1; c <= column + 1; c++) {
			if (r < 0 || c < 0 || r >= places->rows || c >= places->columns) {
				continue;
			}
			const int32_t *cell =
				places->cells[(size_t)r * (size_t)places->columns + (size_t)c];
			if (cell[0] && abs(cell[0] - 1 - x) < places->width &&
				abs(cell[1] - y) < places->height) {
				return true;
			}
		}
	}
	return false;
}

/* Keeps the matches that overlap no better one, the best first. */
static bool thin_out(struct shot_matches *matches, const struct shot_view *view,
	const struct shot_pattern *pattern, struct shot_error *err)
{
	struct places places = {.width = pattern->width,
		.height = pattern->height,
		.columns = view->width / pattern->width + 1,
		.rows = view->height / pattern->height + 1};
	places.cells = calloc((size_t)places.columns * (size_t)places.rows, sizeof *places.cells);
	if (!places.cells) {
		return shot_fail_errno(err, ENOMEM, "cannot sort %zu matches", matches->count);
	}
	qsort(matches->list, matches->count, sizeof *matches->list, by_quality);
	size_t kept = 0;
	for (size_t i = 0; i < matches->count; i++) {
		struct shot_found found = matches->list[i];
		if (overlaps(&places, found.x, found.y)) {
			continue;
		}
		int32_t *cell =
			places.cells[(size_t)(found.y / places.height) * (size_t)places.columns +
				     (size_t)(found.x / places.width)];
		cell[0] = found.x + 1;
		cell[1] = found.y;
		matches->list[kept++] = found;
	}
	matches->count = kept;
	free(places.cells);
	return true;
}

static bool search(const struct shot_view *view, const struct shot_pattern *pattern,
	const struct shot_find_options *options, struct shot_matches *out, struct shot_error *err)
{
	double most = (1 - options->min_score) * MOST_DIFFERENCE * (double)pattern->count;
	int64_t budget = (int64_t)floor(most + 1e-6);
	if (options->tolerance == 0 && budget == 0) {
		return shot_find_exact(view, pattern, options->all, out, err);
	}
	return shot_find_near(view, pattern, options->tolerance, budget, options->all, out, err) &&
	       (!out->count || thin_out(out, view, pattern, err));
}

static bool score(const struct shot_matches *matches, int64_t pixels, struct shot_match **out,
	size_t *count, struct shot_error *err)
{
	if (matches->count == 0) {
		return true;
	}
	*out = malloc(matches->count * sizeof **out);
	if (!*out) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu matches", matches->count);
	}
	*count = matches->count;
	for (size_t i = 0; i < *count; i++) {
		const struct shot_found *found = &matches->list[i];
		double difference = (double)found->difference;
		(*out)[i] = (struct shot_match){
			found->x, found->y, 1 - difference / (MOST_DIFFERENCE * (double)pixels)};
	}
	return true;
}

bool shot_find(const struct shot_view *view, const struct shot_view *wanted,
	const struct shot_find_options *options, struct shot_match **out, size_t *count,
	struct shot_error *err)
{
	*out = NULL;
	*count = 0;
	if (!shot_find_check_mask(wanted, options->mask, err)) {
		return false;
	}
	if (wanted->width > view->width || wanted->height > view->height) {
		return true;
	}
	struct shot_view bgrx;
	if (!shot_image_bgrx(view, &bgrx, err)) {
		return false;
	}
	struct shot_pattern pattern = {0};
	struct shot_matches matches = {0};
	bool ok = prepare(&pattern, wanted, options->mask, err) &&
		  search(&bgrx, &pattern, options, &matches, err) &&
		  score(&matches, pattern.count, out, count, err);
	free(matches.list);
	free(pattern.pixels);
	free(pattern.keep);
	shot_view_unref(&bgrx);
	return ok;
}
