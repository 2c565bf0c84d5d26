#include "words/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "image/scale.h"
#include "words/ink.h"
#include "words/line.h"
#include "words/place.h"

enum {
	MARGIN = 2,  /* pixels around a line that belong to it */
	ABOVE = 10,  /* white above and below it, once it is scaled */
	BESIDE = 4,  /* white on its two sides */
	LARGEST = 4, /* scale */
	SMALL = 16,  /* pixels of height, at most, whose width grows less than that */
	NARROW = 82, /* hundredths of the scale, for these */
	SURE = 55,   /* confidence that needs no second look */
	ICON = 2,    /* letters, at most, of what is likelier an icon, and gets no second look */
	LONGEST = 32000, /* pixels of a line; the library takes a few more */
};

/* A line that was read. */
struct cutout {
	struct shot_rect area;
	struct shot_view picture;
	size_t first, end; /* its words */
};

struct page {
	struct shot_view ink;
	struct shot_parts parts;
	struct shot_lines lines;
	struct cutout *cutouts; /* of the lines */
};

/* Clips a run to `area`, `more` pixels longer at both ends. */
static struct shot_run clip(const struct shot_run *run, const struct shot_rect *area, int32_t more)
{
	int32_t left = run->left - more - area->x, right = run->right + more - area->x;
	left = left > 0 ? left : 0;
	right = right < area->width ? right : area->width;
	return (struct shot_run){.left = left, .right = right > left ? right : left};
}

/* Erases the runs of row `y` that do not belong to the line, and the blur around them. */
static void erase_others(
	const struct page *page, int line, const struct shot_rect *area, int32_t y, uint8_t *row)
{
	const struct shot_parts *parts = &page->parts;
	if (y < 0 || y >= parts->height) {
		return;
	}
	for (size_t i = parts->rows[y]; i < parts->rows[y + 1]; i++) {
		if (parts->list[parts->runs[i].part].line != line) {
			struct shot_run run = clip(&parts->runs[i], area, 1);
			memset(row + run.left, 255, (size_t)(run.right - run.left));
		}
	}
}

static void restore_own(
	const struct page *page, int line, const struct shot_rect *area, int32_t y, uint8_t *row)
{
	const struct shot_parts *parts = &page->parts;
	const uint8_t *ink = shot_view_row(&page->ink, y);
	for (size_t i = parts->rows[y]; i < parts->rows[y + 1]; i++) {
		if (parts->list[parts->runs[i].part].line == line) {
			struct shot_run run = clip(&parts->runs[i], area, 0);
			memcpy(row + run.left, ink + area->x + run.left,
				(size_t)(run.right - run.left));
		}
	}
}

/* Copies the line alone onto white, at its own size. */
static bool cut_out(const struct page *page, int line, const struct shot_rect *area,
	struct shot_view *out, struct shot_error *err)
{
	if (!shot_image_create(out, area->width, area->height, SHOT_FORMAT_GRAY, err)) {
		return false;
	}
	for (int32_t i = 0; i < out->height; i++) {
		int32_t y = area->y + i;
		uint8_t *row = shot_view_row(out, i);
		memcpy(row, shot_view_row(&page->ink, y) + area->x, (size_t)area->width);
		for (int32_t near = y - 1; near <= y + 1; near++) {
			erase_others(page, line, area, near, row);
		}
		restore_own(page, line, area, y, row);
	}
	return true;
}

struct scale {
	double x, y;
};

/* Scales letters to `height`. The engine takes time for each column, and small letters have fewer
 * columns to tell than they get: these are read as well when they are narrower. */
static struct scale choose_scale(int height, const struct shot_line *line, int32_t width)
{
	double y = (double)height / line->box.height;
	y = y > LARGEST ? LARGEST : y < 1 ? 1 : y;
	double x = line->box.height <= SMALL ? y * NARROW / 100 : y;
	x = x < 1 ? 1 : x;
	double most = (double)LONGEST / width;
	return x > most ? (struct scale){most, most} : (struct scale){x, y};
}

/* Reads the cut-out line at a scale, with white around it. */
static bool read_scaled(struct shot_engine *engine, const struct shot_view *line,
	struct scale scale, struct shot_words *words, struct shot_error *err)
{
	struct shot_view paper;
	int32_t width = (int32_t)(line->width * scale.x + 0.5);
	int32_t height = (int32_t)(line->height * scale.y + 0.5);
	if (!shot_image_create(
		    &paper, width + 2 * BESIDE, height + 2 * ABOVE, SHOT_FORMAT_GRAY, err)) {
		return false;
	}
	memset(paper.data, 255, paper.stride * (size_t)paper.height);
	struct shot_view middle = paper;
	middle.data = shot_view_row(&paper, ABOVE) + BESIDE;
	middle.width = width;
	middle.height = height;
	bool ok = shot_view_scale_into(line, SHOT_FILTER_BILINEAR, &middle, err) &&
		  shot_engine_read(engine, &paper, words, err);
	shot_view_unref(&paper);
	return ok;
}

/* Returns the mean confidence: a long line is not read again for one word in doubt. */
static float mean_confidence(const struct shot_words *words)
{
	float sum = 0;
	for (size_t i = 0; i < words->count; i++) {
		sum += words->list[i].confidence;
	}
	return words->count > 0 ? sum / (float)words->count : 0;
}

/* Converts a word's box from the engine's pixels to those of the picture. */
static void put_back(struct shot_word *word, const struct shot_line *line,
	const struct shot_rect *area, struct scale scale)
{
	double left = (word->box.x - BESIDE) / scale.x;
	word->box = (struct shot_rect){area->x + (int32_t)left, line->box.y,
		(int32_t)(word->box.width / scale.x) + 1, line->box.height};
	word->line = line->row;
	word->block = line->block;
}

/* Reads a line at one scale, and takes over what is surer than `best`. */
static bool read_at(struct shot_engine *engine, const struct page *page, int index,
	const struct cutout *cutout, struct scale scale, float *best, struct shot_words *out,
	struct shot_error *err)
{
	const struct shot_line *line = &page->lines.list[index];
	struct shot_words words = {0};
	bool ok = read_scaled(engine, &cutout->picture, scale, &words, err);
	float confidence = mean_confidence(&words);
	for (size_t k = 0; ok && k < words.count; k++) {
		put_back(&words.list[k], line, &cutout->area, scale);
	}
	shot_words_place(&words, page->parts.list, page->lines.letters + line->first,
		line->end - line->first);
	if (ok && confidence > *best) {
		struct shot_words worse = *out;
		*best = confidence;
		*out = words;
		words = worse;
	}
	shot_words_free(&words);
	return ok;
}

/* Reads a line low, which is cheap, and once more higher if it is in doubt and more than an icon.
 */
static bool read_line(struct shot_engine *engine, const struct page *page, int index,
	const struct cutout *cutout, struct shot_words *out, struct shot_error *err)
{
	const struct shot_line *line = &page->lines.list[index];
	struct scale low = choose_scale(20, line, cutout->area.width);
	struct scale high = choose_scale(32, line, cutout->area.width);
	float best = -1;
	bool ok = read_at(engine, page, index, cutout, low, &best, out, err);
	if (ok && best < SURE && line->end - line->first > ICON && high.x > low.x) {
		ok = read_at(engine, page, index, cutout, high, &best, out, err);
	}
	return ok;
}

static bool is_same(const struct shot_view *a, const struct shot_view *b)
{
	if (a->width != b->width || a->height != b->height) {
		return false;
	}
	for (int32_t y = 0; y < a->height; y++) {
		if (memcmp(shot_view_row(a, y), shot_view_row(b, y), (size_t)a->width) != 0) {
			return false;
		}
	}
	return true;
}

/* Adds the words of an earlier line that looks the same, as those of line `index`. False when
 * memory is short. */
static bool repeat_words(const struct page *page, size_t index, const struct cutout *same,
	struct shot_words *out, struct shot_error *err)
{
	const struct shot_rect *area = &page->cutouts[index].area;
	bool ok = true;
	for (size_t i = same->first; ok && i < same->end; i++) {
		struct shot_word word = out->list[i];
		word.box.x += area->x - same->area.x;
		word.box.y += area->y - same->area.y;
		word.line = page->lines.list[index].row;
		word.block = page->lines.list[index].block;
		ok = shot_words_add(out, &word, err);
	}
	return ok;
}

/* Reads line `index`, unless an earlier one looks the same, as in a listing. */
static bool read_once(struct shot_engine *engine, struct page *page, size_t index,
	struct shot_words *out, struct shot_error *err)
{
	const struct shot_rect whole = {0, 0, page->ink.width, page->ink.height};
	struct shot_rect box = page->lines.list[index].box;
	struct cutout *cutout = &page->cutouts[index];
	cutout->area = shot_rect_intersect(
		whole, (struct shot_rect){box.x - MARGIN, box.y - MARGIN, box.width + 2 * MARGIN,
			       box.height + 2 * MARGIN});
	if (!cut_out(page, (int)index, &cutout->area, &cutout->picture, err)) {
		return false;
	}
	cutout->first = out->count;
	for (size_t i = index; i-- > 0;) {
		if (is_same(&page->cutouts[i].picture, &cutout->picture)) {
			bool ok = repeat_words(page, index, &page->cutouts[i], out, err);
			cutout->end = out->count;
			return ok;
		}
	}
	struct shot_words words = {0};
	bool ok = read_line(engine, page, (int)index, cutout, &words, err) &&
		  shot_words_append(out, &words, err);
	cutout->end = out->count;
	shot_words_free(&words);
	return ok;
}

static bool read_lines(struct shot_engine *engine, struct page *page, struct shot_page_stop stop,
	struct shot_words *out, struct shot_error *err)
{
	bool ok = true;
	page->cutouts = calloc(page->lines.count + 1, sizeof *page->cutouts);
	if (!page->cutouts) {
		return shot_fail_errno(err, ENOMEM, "cannot read %zu lines", page->lines.count);
	}
	for (size_t i = 0; ok && i < page->lines.count; i++) {
		if (atomic_load(stop.one) || atomic_load(stop.all)) {
			return shot_fail(err, "EINTR", "the reading was stopped");
		}
		ok = read_once(engine, page, i, out, err);
	}
	return ok;
}

static void free_page(struct page *page)
{
	for (size_t i = 0; page->cutouts && i < page->lines.count; i++) {
		shot_view_unref(&page->cutouts[i].picture);
	}
	free(page->cutouts);
	shot_view_unref(&page->ink);
	shot_parts_free(&page->parts);
	shot_lines_free(&page->lines);
}

bool shot_page_read(struct shot_engine *engine, const struct shot_view *view,
	struct shot_page_stop stop, struct shot_words *out, struct shot_error *err)
{
	struct page page = {0};
	*out = (struct shot_words){0};
	if ((int64_t)view->width * view->height > SHOT_PAGE_PIXELS) {
		return shot_fail(err, "EFBIG",
			"words cannot be read in %dx%d pixels: give an area of 7680x4320 or less",
			view->width, view->height);
	}
	bool ok = shot_ink(view, &page.ink, err) && shot_parts_find(&page.ink, &page.parts, err) &&
		  shot_lines_find(&page.parts, &page.lines, err) &&
		  read_lines(engine, &page, stop, out, err);
	free_page(&page);
	if (!ok) {
		shot_words_free(out);
	}
	return ok;
}
