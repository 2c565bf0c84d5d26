#include "words/ink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "image/vector.h"

enum {
	REACH = 12, /* pixels to each side that count as nearby */
	WINDOW = 2 * REACH + 1,
	ASIDE = 6,
	CLOSE = 4,
	ALIKE = 6,     /* gray values that make no difference */
	SPREAD = 3,    /* pixels */
	SAME = 2,      /* gray values of neighbors on one background */
	FAINTEST = 40, /* contrasts below it are noise, and are not stretched to black */
};

/* The histogram of the gray values around a pixel, and their median: the state of Huang's median
 * filter. */
struct median {
	int counts[256];
	int value, below; /* the median, and the count of smaller values */
};

static void count(struct median *median, uint8_t gray, int change)
{
	median->counts[gray] += change;
	median->below += gray < median->value ? change : 0;
}

static uint8_t settle(struct median *median, int half)
{
	while (median->below > half) {
		median->below -= median->counts[--median->value];
	}
	while (median->below + median->counts[median->value] <= half) {
		median->below += median->counts[median->value++];
	}
	return (uint8_t)median->value;
}

static int32_t inside(int32_t at, int32_t size)
{
	return at < 0 ? 0 : at < size ? at : size - 1;
}

/* Mirrors a coordinate beyond an edge back into the picture, so that a border there counts once.
 */
static int32_t mirrored(int32_t at, int32_t size)
{
	return inside(at < 0 ? -at : at < size ? at : 2 * (size - 1) - at, size);
}

/* The rows around a pixel, from above to below, each as if it went on beyond its ends. */
struct rows {
	const uint8_t *list[WINDOW];
	int32_t width;
};

static void count_column(struct median *median, const struct rows *rows, int32_t x)
{
	for (int i = 0; i < WINDOW; i++) {
		count(median, rows->list[i][mirrored(x, rows->width)], 1);
	}
}

/* Moves the window a pixel to the right: its left column is `x - REACH`. In most places the columns
 * that come and go are alike. */
static void move_window(struct median *median, const struct rows *rows, int32_t x)
{
	int32_t gone = mirrored(x - REACH, rows->width);
	int32_t come = mirrored(x + REACH + 1, rows->width);
	for (int i = 0; i < WINDOW; i++) {
		uint8_t old = rows->list[i][gone], new = rows->list[i][come];
		if (old != new) {
			count(median, old, -1);
			count(median, new, 1);
		}
	}
}

static void write_medians(const struct shot_view *gray, int32_t y, uint8_t *out)
{
	struct median median = {0};
	struct rows rows = {.width = gray->width};
	for (int i = 0; i < WINDOW; i++) {
		rows.list[i] = shot_view_row(gray, mirrored(y - REACH + i, gray->height));
	}
	for (int32_t x = -REACH; x <= REACH; x++) {
		count_column(&median, &rows, x);
	}
	for (int32_t x = 0; x < gray->width; x++) {
		out[x] = settle(&median, WINDOW * WINDOW / 2);
		move_window(&median, &rows, x);
	}
}

static int difference(uint8_t a, uint8_t b)
{
	return a > b ? a - b : b - a;
}

/* Counts the pixels close by that are about as dark as `paper`. */
static int count_alike(const struct shot_view *gray, int32_t x, int32_t y, uint8_t paper)
{
	int32_t left = inside(x - CLOSE, gray->width), right = inside(x + CLOSE, gray->width);
	int found = 0;
	for (int32_t i = inside(y - CLOSE, gray->height); i <= inside(y + CLOSE, gray->height);
		i++) {
		const uint8_t *row = shot_view_row(gray, i);
		for (int32_t k = left; k <= right; k++) {
			found += difference(row[k], paper) <= ALIKE;
		}
	}
	return found;
}

/* Finds the background of a pixel: the median here or a little aside that most pixels close by
 * have. Thus a letter at the edge of a window is not compared with the outside. */
static uint8_t find_paper(
	const struct shot_view *gray, const struct shot_view *medians, int32_t x, int32_t y)
{
	uint8_t best = shot_view_row(medians, y)[x];
	int most = -1;
	for (int i = 0; i < 9; i++) {
		int32_t at_x = inside(x + (i % 3 - 1) * ASIDE, medians->width);
		int32_t at_y = inside(y + (i / 3 - 1) * ASIDE, medians->height);
		uint8_t paper = shot_view_row(medians, at_y)[at_x];
		if (difference(paper, best) > ALIKE) {
			most = most < 0 ? count_alike(gray, x, y, best) : most;
			int alike = count_alike(gray, x, y, paper);
			best = alike > most ? paper : best;
			most = alike > most ? alike : most;
		}
	}
	return best;
}

static void write_distances(
	const struct shot_view *gray, const struct shot_view *medians, int32_t y, uint8_t *out)
{
	const uint8_t *row = shot_view_row(gray, y);
	for (int32_t x = 0; x < gray->width; x++) {
		out[x] = (uint8_t)difference(row[x], find_paper(gray, medians, x, y));
	}
}

/* Takes over the distances in a row of neighbors where these are smaller and have the same gray. */
SHOT_VECTORIZED static void take_over(uint8_t *restrict to, const uint8_t *restrict from,
	const uint8_t *restrict gray, const uint8_t *restrict near, int32_t n)
{
	for (int32_t i = 0; i < n; i++) {
		uint8_t apart =
			(uint8_t)(gray[i] > near[i] ? gray[i] - near[i] : near[i] - gray[i]);
		to[i] = apart <= SAME && from[i] < to[i] ? from[i] : to[i];
	}
}

/* Lets backgrounds spread by a pixel. At the edge of a window, next to letters, most pixels
 * close by may have the outside's background, so that the window's own looks like a stroke. */
static void spread(const struct shot_view *gray, const struct shot_view *from, struct shot_view *to)
{
	int32_t width = gray->width, height = gray->height;
	for (int32_t y = 0; y < height; y++) {
		const uint8_t *row = shot_view_row(gray, y), *old = shot_view_row(from, y);
		uint8_t *out = shot_view_row(to, y);
		memcpy(out, old, (size_t)width);
		take_over(out + 1, old, row + 1, row, width - 1);
		take_over(out, old + 1, row, row + 1, width - 1);
		for (int32_t near = inside(y - 1, height); near <= inside(y + 1, height); near++) {
			take_over(out, shot_view_row(from, near), row, shot_view_row(gray, near),
				width);
		}
	}
}

SHOT_VECTORIZED static void keep_larger(
	uint8_t *restrict to, const uint8_t *restrict from, int32_t n)
{
	for (int32_t i = 0; i < n; i++) {
		to[i] = from[i] > to[i] ? from[i] : to[i];
	}
}

/* Computes the maximum near each pixel of a row; `wide` is REACH longer on either side. */
static void widen(uint8_t *out, const uint8_t *wide, int32_t width)
{
	memcpy(out, wide, (size_t)width);
	for (int32_t i = 1; i < WINDOW; i++) {
		keep_larger(out, wide + i, width);
	}
}

SHOT_VECTORIZED static void write_ink(uint8_t *restrict out, const uint8_t *restrict distance,
	const uint8_t *restrict most, int32_t n)
{
	for (int32_t i = 0; i < n; i++) {
		int full = most[i] > FAINTEST ? most[i] : FAINTEST;
		out[i] = (uint8_t)(255 - 255 * distance[i] / full);
	}
}

/* Turns the distances into ink; `wide` is a row with REACH on either side. */
static void stretch(const struct shot_view *distances, uint8_t *wide, const struct shot_view *most,
	const struct shot_view *out)
{
	int32_t width = out->width, height = out->height;
	for (int32_t y = 0; y < height; y++) {
		memcpy(wide + REACH, shot_view_row(distances, y), (size_t)width);
		widen(shot_view_row(most, y), wide, width);
	}
	for (int32_t y = 0; y < height; y++) {
		uint8_t *highest = wide + REACH;
		memcpy(highest, shot_view_row(most, y), (size_t)width);
		for (int32_t i = inside(y - REACH, height); i <= inside(y + REACH, height); i++) {
			keep_larger(highest, shot_view_row(most, i), width);
		}
		write_ink(shot_view_row(out, y), shot_view_row(distances, y), highest, width);
	}
}

bool shot_ink(const struct shot_view *view, struct shot_view *out, struct shot_error *err)
{
	struct shot_view gray = {0}, medians = {0}, distances = {0};
	uint8_t *wide = calloc((size_t)view->width + WINDOW, 1);
	bool ok =
		wide || shot_fail_errno(err, ENOMEM, "cannot read a row of %d pixels", view->width);
	*out = (struct shot_view){0};
	ok = ok && shot_image_copy(view, SHOT_FORMAT_GRAY, &gray, err) &&
	     shot_image_create(&medians, view->width, view->height, SHOT_FORMAT_GRAY, err) &&
	     shot_image_create(&distances, view->width, view->height, SHOT_FORMAT_GRAY, err) &&
	     shot_image_create(out, view->width, view->height, SHOT_FORMAT_GRAY, err);
	if (ok) {
		for (int32_t y = 0; y < gray.height; y++) {
			write_medians(&gray, y, shot_view_row(&medians, y));
		}
		for (int32_t y = 0; y < gray.height; y++) {
			write_distances(&gray, &medians, y, shot_view_row(&distances, y));
		}
		for (int i = 0; i < SPREAD; i++) { /* medians are no longer needed */
			spread(&gray, &distances, &medians);
			struct shot_view old = distances;
			distances = medians;
			medians = old;
		}
		stretch(&distances, wide, &medians, out);
	}
	free(wide);
	shot_view_unref(&gray);
	shot_view_unref(&medians);
	shot_view_unref(&distances);
	return ok;
}
