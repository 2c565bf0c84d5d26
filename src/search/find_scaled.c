#include "search/find_scaled.h"
#include "image/image.h"
#include "image/scale.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct search {
	const struct shot_view *view, *wanted;
	const double *scales;
	struct shot_find_options options;
	struct shot_scaled_match *list;
	size_t count;
	bool fits; /* in at least one size */
};

static double scaled(int32_t side, double scale)
{
	return fmax(1, round(side * scale));
}

static bool add(struct search *search, const struct shot_match *matches, size_t count,
	const struct shot_scaled_match *kind, struct shot_error *err)
{
	if (count == 0) {
		return true;
	}
	size_t size = (search->count + count) * sizeof *search->list;
	struct shot_scaled_match *list = realloc(search->list, size);
	if (!list) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu matches more", count);
	}
	search->list = list;
	for (size_t i = 0; i < count; i++) {
		list[search->count] = *kind;
		list[search->count++].match = matches[i];
	}
	return true;
}

/* If one match is wanted, keeps only a match better than those of earlier scales. */
static bool keep_better(struct search *search, const struct shot_match *matches, size_t count,
	const struct shot_scaled_match *kind, struct shot_error *err)
{
	if (count == 0 || (search->count && matches->score <= search->list->match.score)) {
		return true;
	}
	search->count = 0;
	search->options.min_score = matches->score;
	return add(search, matches, 1, kind, err);
}

static bool look_for(struct search *search, const struct shot_view *wanted,
	const struct shot_view *mask, size_t scale, struct shot_error *err)
{
	struct shot_find_options options = search->options;
	options.mask = mask;
	struct shot_match *matches;
	size_t count;
	if (!shot_find(search->view, wanted, &options, &matches, &count, err)) {
		return false;
	}
	const struct shot_scaled_match kind = {
		.width = wanted->width, .height = wanted->height, .scale = scale};
	bool ok = (options.all ? add : keep_better)(search, matches, count, &kind, err);
	free(matches);
	return ok;
}

/* The view in another size; for its own size, the view itself with one more reference. */
static bool resize(const struct shot_view *view, int32_t width, int32_t height,
	enum shot_filter filter, struct shot_view *out, struct shot_error *err)
{
	if (view->width != width || view->height != height) {
		return shot_view_scale(view, width, height, filter, out, err);
	}
	shot_view_ref(view);
	*out = *view;
	return true;
}

static bool look_at_scale(struct search *search, size_t index, struct shot_error *err)
{
	double scale = search->scales[index];
	const struct shot_view *mask = search->options.mask;
	double wide = scaled(search->wanted->width, scale);
	double high = scaled(search->wanted->height, scale);
	if (wide > search->view->width || high > search->view->height) {
		return true;
	}
	search->fits = true;
	int32_t width = (int32_t)wide, height = (int32_t)high;
	enum shot_filter filter = scale > 1 ? SHOT_FILTER_BILINEAR : SHOT_FILTER_BOX;
	struct shot_view wanted, kept;
	if (!resize(search->wanted, width, height, filter, &wanted, err)) {
		return false;
	}
	bool ok = true;
	if (!mask) {
		ok = look_for(search, &wanted, NULL, index, err);
	} else if ((ok = resize(mask, width, height, SHOT_FILTER_NEAREST, &kept, err))) {
		/* A sparse mask can become all black in a smaller size. */
		ok = shot_view_is_black(&kept) || look_for(search, &wanted, &kept, index, err);
		shot_view_unref(&kept);
	}
	shot_view_unref(&wanted);
	return ok;
}

/* Whether no scale can do better. */
static bool is_over(const struct search *search)
{
	return !search->options.all && search->count && search->list->match.score >= 1;
}

static int by_quality(const void *a, const void *b)
{
	const struct shot_scaled_match *x = a, *y = b;
	if (x->match.score != y->match.score) {
		return x->match.score > y->match.score ? -1 : 1;
	}
	if (x->scale != y->scale) {
		return x->scale < y->scale ? -1 : 1;
	}
	if (x->match.y != y->match.y) {
		return x->match.y < y->match.y ? -1 : 1;
	}
	return (x->match.x > y->match.x) - (x->match.x < y->match.x);
}

/* Whether the match overlaps an earlier one; if not, marks its pixels as taken. */
static bool take_place(uint8_t *taken, int32_t stride, const struct shot_scaled_match *match)
{
	uint8_t *first = taken + (size_t)match->match.y * (size_t)stride + match->match.x;
	uint8_t *row = first;
	for (int32_t y = 0; y < match->height; y++, row += stride) {
		if (memchr(row, 1, (size_t)match->width)) {
			return false;
		}
	}
	row = first;
	for (int32_t y = 0; y < match->height; y++, row += stride) {
		memset(row, 1, (size_t)match->width);
	}
	return true;
}

/* Matches of one scale do not overlap each other, so each pixel is tested once a scale. */
static bool thin_out(struct search *search, struct shot_error *err)
{
	size_t pixels = (size_t)search->view->width * (size_t)search->view->height;
	uint8_t *taken = calloc(1, pixels);
	if (!taken) {
		return shot_fail_errno(err, ENOMEM, "cannot sort %zu matches", search->count);
	}
	qsort(search->list, search->count, sizeof *search->list, by_quality);
	size_t kept = 0;
	for (size_t i = 0; i < search->count; i++) {
		if (take_place(taken, search->view->width, &search->list[i])) {
			search->list[kept++] = search->list[i];
		}
	}
	search->count = kept;
	free(taken);
	return true;
}

/* Makes a mask of a picture with alpha: pixels that are not opaque become black. Makes none if all
 * pixels are opaque, or none is: then the program that wrote the file did not set the byte. */
static bool mask_alpha(
	const struct shot_view *wanted, struct shot_view *out, struct shot_error *err)
{
	size_t pixels = (size_t)wanted->width * (size_t)wanted->height, opaque = 0;
	if (!wanted->has_alpha) {
		return true;
	}
	if (!shot_image_create(out, wanted->width, wanted->height, SHOT_FORMAT_GRAY, err)) {
		return false;
	}
	for (int32_t y = 0; y < wanted->height; y++) {
		const uint8_t *in = shot_view_row(wanted, y);
		uint8_t *mask = shot_view_row(out, y);
		for (int32_t x = 0; x < wanted->width; x++) {
			bool is_opaque = in[4 * (size_t)x + 3] == 255;
			mask[x] = is_opaque ? 255 : 0;
			opaque += is_opaque;
		}
	}
	if (opaque == pixels || opaque == 0) {
		shot_view_unref(out);
	}
	return true;
}

static bool fail_large(const struct search *search, size_t scale_count, struct shot_error *err)
{
	return shot_fail(err, "EGEOMETRY",
		"the picture is %dx%d, which is larger than the %dx%d to search in%s",
		search->wanted->width, search->wanted->height, search->view->width,
		search->view->height, scale_count > 1 ? " at every scale" : "");
}

bool shot_find_scaled(const struct shot_view *view, const struct shot_view *wanted,
	const struct shot_find_options *options, const double *scales, size_t scale_count,
	struct shot_scaled_match **out, size_t *count, struct shot_error *err)
{
	*out = NULL;
	*count = 0;
	struct search search = {
		.view = view, .wanted = wanted, .scales = scales, .options = *options};
	struct shot_view opaque = {0};
	bool ok = options->mask ? shot_find_check_mask(wanted, options->mask, err)
				: mask_alpha(wanted, &opaque, err);
	if (ok && opaque.data) {
		search.options.mask = &opaque;
	}
	for (size_t i = 0; ok && i < scale_count && !is_over(&search); i++) {
		ok = look_at_scale(&search, i, err);
	}
	shot_view_unref(&opaque);
	if (ok && !search.fits) {
		ok = fail_large(&search, scale_count, err);
	}
	if (ok && options->all && scale_count > 1 && search.count > 0) {
		ok = thin_out(&search, err);
	}
	if (!ok) {
		free(search.list);
		return false;
	}
	*out = search.list;
	*count = search.count;
	return true;
}
