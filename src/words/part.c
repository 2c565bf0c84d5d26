#include "words/part.h"

#include <errno.h>
#include <stdlib.h>

enum {
	WHITE = 255,
	DARK = WHITE - 64, /* a darker pixel is ink */
};

struct work {
	struct shot_run *runs; /* their part is a label until parts are numbered */
	size_t run_count, run_capacity;
	uint32_t *parents; /* by label: an earlier label of the same part, or itself */
	size_t label_count, label_capacity;
};

static bool grow(void **list, size_t *capacity, size_t count, size_t size, struct shot_error *err)
{
	if (count < *capacity) {
		return true;
	}
	size_t more = *capacity ? 2 * *capacity : 1024;
	void *larger = more <= UINT32_MAX ? realloc(*list, more * size) : NULL;
	if (!larger) {
		return shot_fail_errno(err, ENOMEM, "cannot list more than %zu strokes", count);
	}
	*list = larger;
	*capacity = more;
	return true;
}

static uint32_t root(uint32_t *parents, uint32_t label)
{
	while (parents[label] != label) {
		parents[label] = parents[parents[label]];
		label = parents[label];
	}
	return label;
}

/* Gives a run the label of the runs above that it touches, corners included; advances `*above`. */
static bool label_run(
	struct work *work, struct shot_run *run, size_t *above, size_t end, struct shot_error *err)
{
	bool has_label = false;
	while (*above < end && work->runs[*above].right < run->left) {
		++*above;
	}
	for (size_t i = *above; i < end && work->runs[i].left <= run->right; i++) {
		uint32_t label = root(work->parents, work->runs[i].part);
		if (!has_label) {
			run->part = label;
		} else if (label < run->part) {
			work->parents[run->part] = label;
			run->part = label;
		} else {
			work->parents[label] = run->part;
		}
		has_label = true;
	}
	if (has_label) {
		return true;
	}
	if (!grow((void **)&work->parents, &work->label_capacity, work->label_count,
		    sizeof *work->parents, err)) {
		return false;
	}
	run->part = (uint32_t)work->label_count++;
	work->parents[run->part] = run->part;
	return true;
}

/* Measures the step of gray from a run to the pixels beside it. */
static int32_t measure_step(const struct shot_run *run, const uint8_t *row, int32_t width)
{
	int32_t before = run->left > 0 ? row[run->left - 1] : WHITE;
	int32_t after = run->right < width ? row[run->right] : WHITE;
	return before - row[run->left] + after - row[run->right - 1];
}

static bool scan_row(
	struct work *work, const uint8_t *row, int32_t width, size_t above, struct shot_error *err)
{
	size_t end = work->run_count;
	for (int32_t x = 0; x < width; x++) {
		if (row[x] >= DARK) {
			continue;
		}
		struct shot_run run = {.left = x};
		while (x < width && row[x] < DARK) {
			x++;
		}
		run.right = x;
		run.step = measure_step(&run, row, width);
		if (!grow((void **)&work->runs, &work->run_capacity, work->run_count,
			    sizeof *work->runs, err) ||
			!label_run(work, &run, &above, end, err)) {
			return false;
		}
		work->runs[work->run_count++] = run;
	}
	return true;
}

static void include(struct shot_part *part, const struct shot_run *run, int32_t y)
{
	struct shot_rect *box = &part->box;
	int32_t right = box->x + box->width;
	if (part->pixels == 0) {
		*box = (struct shot_rect){run->left, y, 0, 0};
		right = run->right;
	}
	right = run->right > right ? run->right : right;
	box->x = run->left < box->x ? run->left : box->x;
	box->width = right - box->x;
	box->height = y + 1 - box->y;
	part->pixels += run->right - run->left;
	part->steps += run->step;
	part->runs++;
}

/* Makes parts of the labels, numbered in the order of their first pixels. */
static bool collect(struct work *work, struct shot_parts *out, struct shot_error *err)
{
	uint32_t *indices = calloc(work->label_count + 1, sizeof *indices);
	size_t count = 0;
	for (uint32_t i = 0; indices && i < work->label_count; i++) {
		indices[i] =
			work->parents[i] == i ? (uint32_t)count++ : indices[root(work->parents, i)];
	}
	out->list = calloc(count + 1, sizeof *out->list);
	out->count = count;
	if (!indices || !out->list) {
		free(indices);
		return shot_fail_errno(err, ENOMEM, "cannot list %zu strokes", count);
	}
	for (size_t i = 0; i < count; i++) {
		out->list[i].line = SHOT_NO_LINE;
	}
	for (int32_t y = 0; y < out->height; y++) {
		for (size_t i = out->rows[y]; i < out->rows[y + 1]; i++) {
			struct shot_run *run = &work->runs[i];
			run->part = indices[run->part];
			include(&out->list[run->part], run, y);
		}
	}
	free(indices);
	return true;
}

bool shot_parts_find(const struct shot_view *ink, struct shot_parts *out, struct shot_error *err)
{
	struct work work = {0};
	*out = (struct shot_parts){.height = ink->height};
	out->rows = calloc((size_t)ink->height + 1, sizeof *out->rows);
	bool ok = out->rows || shot_fail_errno(err, ENOMEM, "cannot read %d rows", ink->height);
	for (int32_t y = 0; ok && y < ink->height; y++) {
		size_t above = y > 0 ? out->rows[y - 1] : 0;
		out->rows[y] = work.run_count;
		ok = scan_row(&work, shot_view_row(ink, y), ink->width, above, err);
		out->rows[y + 1] = work.run_count;
	}
	out->runs = work.runs;
	ok = ok && collect(&work, out, err);
	free(work.parents);
	if (!ok) {
		shot_parts_free(out);
	}
	return ok;
}

void shot_parts_free(struct shot_parts *parts)
{
	free(parts->list);
	free(parts->runs);
	free(parts->rows);
	*parts = (struct shot_parts){0};
}
