#include "words/line.h"

#include <errno.h>
#include <stdlib.h>

#include "words/group.h"
#include "words/icon.h"

/* Sizes in pixels, which read pictures of programs best in measurements. */
enum {
	TALLEST = 60, /* letter */
	WIDEST = 120, /* one, or several that touch */
	RULE = 24,    /* a stroke that is longer, and THIN, is a rule */
	THIN = 3,
	UNDER = 6,     /* from letters down to the line under them, at most */
	SLIM = 15,     /* times as high as wide: the border of a cell */
	FRAME = 600,   /* a box of this area with little ink is a frame */
	OUTLINE = 125, /* hundredths of its edges' length: the ink of a frame, at most */
	SHARP = 50, /* gray values that letters differ from the pixels beside them; clouds do not */
	LEAST = 4,  /* height of a letter that determines its row */
	LOWEST = 5, /* height of a line */
	UNEVEN = 230, /* hundredths of a line's height to its letters', at most */
	CELL = 64,    /* a square of this side with more than CROWD parts is a pattern */
	CROWD = 300,
};

static int32_t right_of(struct shot_rect box)
{
	return box.x + box.width;
}

static int32_t bottom_of(struct shot_rect box)
{
	return box.y + box.height;
}

static int32_t larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static bool is_letter(const struct shot_part *part)
{
	int32_t width = part->box.width, height = part->box.height;
	int64_t area = (int64_t)width * height;
	bool is_rule = (width >= RULE && height <= THIN) || (height >= RULE && width < THIN) ||
		       height > SLIM * width;
	/* Letters that touch are as wide as a small button's frame, but have more ink. */
	bool is_slight = width >= 2 * height && 100 * part->pixels < OUTLINE * 2 * (width + height);
	bool is_frame = area > FRAME && (is_slight || 100 * part->pixels < 12 * area);
	bool is_sharp = part->steps >= 2 * SHARP * part->runs;
	return height <= TALLEST && width <= WIDEST && is_sharp && !is_rule && !is_frame;
}

/* Finds the first of a row's runs that ends behind `x`. */
static size_t find_run(const struct shot_parts *parts, int32_t y, int32_t x)
{
	size_t first = parts->rows[y], end = parts->rows[y + 1];
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (parts->runs[middle].right > x) {
			end = middle;
		} else {
			first = middle + 1;
		}
	}
	return first;
}

/* Tells whether a part is a flat stroke right under two letters or more. The line under a link goes
 * around the letters that reach below, so its pieces can be shorter than a rule. */
static bool is_underline(const struct shot_parts *parts, const struct shot_part *part)
{
	struct shot_rect box = part->box;
	const struct shot_part *one = NULL;
	bool is_flat = box.height <= THIN && box.width >= 4 * box.height;
	for (int32_t y = box.y - 1; is_flat && y >= 0 && y >= box.y - UNDER; y--) {
		for (size_t i = find_run(parts, y, box.x);
			i < parts->rows[y + 1] && parts->runs[i].left < right_of(box); i++) {
			const struct shot_part *above = &parts->list[parts->runs[i].part];
			int32_t gap = box.y - bottom_of(above->box);
			int32_t middle = above->box.x + above->box.width / 2;
			bool is_above = above->box.height >= LEAST && gap >= 0 &&
					3 * gap <= above->box.height && middle >= box.x &&
					middle < right_of(box);
			if (is_above && one && one != above) {
				return true;
			}
			one = is_above ? above : one;
		}
	}
	return false;
}

/* Limits of two boxes of one line. Widths are in hundredths of the taller box's height. */
struct nearness {
	int gap;     /* to the left or right, at most */
	int ratio;   /* of the heights, less than that */
	int overlap; /* of the lower one's height with the taller one's, more than that */
};

static bool are_in_line(struct shot_rect a, struct shot_rect b, const struct nearness *near)
{
	int32_t high = larger(a.height, b.height), low = smaller(a.height, b.height);
	int32_t overlap = smaller(bottom_of(a), bottom_of(b)) - larger(a.y, b.y);
	int32_t gap = larger(a.x, b.x) - smaller(right_of(a), right_of(b));
	return low >= LEAST && 100 * overlap > near->overlap * low &&
	       100 * gap < near->gap * high && 100 * high < near->ratio * low;
}

static bool join_neighbors(struct shot_groups *groups, const struct nearness *near)
{
	shot_groups_sort(groups);
	const struct shot_group *list = groups->list;
	for (size_t i = 0; i < groups->count; i++) {
		int32_t bottom = bottom_of(list[i].box);
		for (size_t k = i + 1; k < groups->count && list[k].box.y < bottom; k++) {
			if (are_in_line(list[i].box, list[k].box, near) &&
				shot_groups_stay_even(groups, i, k, UNEVEN) &&
				shot_groups_stay_even(groups, k, i, UNEVEN)) {
				shot_groups_unite(groups, i, k);
			}
		}
	}
	return shot_groups_merge(groups);
}

/* Tells whether a group may be a dot, a comma, a dash or a quotation mark: it is not a word. */
static bool is_stroke(const struct shot_group *group)
{
	return group->letters < 2 || group->box.width <= group->box.height;
}

/* Measures the distance of a small stroke to letters that it may belong to; -1 if it cannot. */
static int32_t distance(struct shot_rect small, struct shot_rect letters)
{
	int32_t height = letters.height;
	int32_t gap = larger(0, larger(small.x - right_of(letters), letters.x - right_of(small)));
	int32_t above = larger(0, letters.y - small.y);
	int32_t below = larger(0, bottom_of(small) - bottom_of(letters));
	bool is_small = 100 * small.height <= 60 * height && 2 * small.width <= 5 * height;
	bool is_near =
		100 * gap <= 130 * height && 2 * above <= height && 100 * below <= 35 * height;
	bool is_accent = above == 0 || small.width <= height;
	return height >= LOWEST && is_small && is_near && is_accent ? gap + above + below : -1;
}

/* Finds the letters nearest to a small stroke; the stroke itself when there are none. */
static size_t find_letters(struct shot_groups *groups, size_t small)
{
	const struct shot_group *list = groups->list;
	struct shot_rect box = list[small].box;
	size_t nearest = small, first = small;
	int32_t least = is_stroke(&list[small]) ? INT32_MAX : 0;
	while (first > 0 && list[first - 1].box.y + 3 * TALLEST > box.y) {
		first--;
	}
	for (size_t i = first; i < groups->count && list[i].box.y < box.y + TALLEST; i++) {
		int32_t away = i == small ? -1 : distance(box, list[i].box);
		if (away >= 0 && away < least && shot_groups_stay_even(groups, i, small, UNEVEN)) {
			least = away;
			nearest = i;
		}
	}
	return nearest;
}

static void join_small(struct shot_groups *groups)
{
	shot_groups_sort(groups);
	for (size_t i = 0; i < groups->count; i++) {
		size_t letters = find_letters(groups, i);
		if (letters != i) {
			shot_groups_unite(groups, i, letters);
		}
	}
	shot_groups_merge(groups);
}

/* Removes from `which`, indices of letters, those in a crowd, such as the grain of a photograph. */
static bool drop_crowds(
	const struct shot_parts *parts, size_t *which, size_t *count, struct shot_error *err)
{
	size_t columns = 1, rows = (size_t)parts->height / CELL + 1, kept = 0;
	for (size_t i = 0; i < *count; i++) {
		size_t column = (size_t)parts->list[which[i]].box.x / CELL + 1;
		columns = column > columns ? column : columns;
	}
	uint32_t *cells = calloc(columns * rows, sizeof *cells);
	if (!cells) {
		return shot_fail_errno(err, ENOMEM, "cannot read %d rows", parts->height);
	}
	for (size_t i = 0; i < 2 * *count; i++) { /* the first round counts, the second keeps */
		const struct shot_rect *box = &parts->list[which[i % *count]].box;
		uint32_t *cell = &cells[(size_t)box->y / CELL * columns + (size_t)box->x / CELL];
		if (i < *count) {
			++*cell;
		} else if (*cell <= CROWD) {
			which[kept++] = which[i - *count];
		}
	}
	free(cells);
	*count = kept;
	return true;
}

/* Makes the groups of letters that stand in a row. */
static bool make_groups(const struct shot_parts *parts, const size_t *letters, size_t count,
	struct shot_groups *groups, struct shot_error *err)
{
	static const struct nearness near = {30, 160, 60}, word = {50, 250, 50},
				     line = {130, 220, 60};
	if (!shot_groups_init(groups, count, err)) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		struct shot_group *group = &groups->list[i];
		group->box = parts->list[letters[i]].box;
		group->letters = group->box.height >= LEAST;
		group->heights = group->letters ? group->box.height : 0;
	}
	join_neighbors(groups, &near); /* the surest first */
	join_neighbors(groups, &word);
	join_small(groups);
	while (join_neighbors(groups, &line)) {
	}
	return true;
}

/* Makes lines of the groups, in reading order. A group's parent becomes the index of its line. */
static bool make_lines(struct shot_groups *groups, struct shot_lines *out, struct shot_error *err)
{
	struct shot_group *list = groups->list;
	out->list = calloc(groups->count + 1, sizeof *out->list);
	if (!out->list) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu lines", groups->count);
	}
	for (size_t i = 0; i < groups->count; i++) {
		list[i].parent = SIZE_MAX;
		if (list[i].box.height >= LOWEST) {
			out->list[out->count] = (struct shot_line){.box = list[i].box, .index = i};
			out->count++;
		}
	}
	shot_lines_order(out->list, out->count);
	for (size_t i = 0; i < out->count; i++) {
		list[out->list[i].index].parent = i;
	}
	return true;
}

/* Sets the line of each letter, and the letters of each line. */
static bool assign_letters(struct shot_parts *parts, const size_t *letters,
	const struct shot_groups *groups, struct shot_lines *out, struct shot_error *err)
{
	size_t total = 0;
	out->letters = calloc(groups->member_count + 1, sizeof *out->letters);
	if (!out->letters) {
		return shot_fail_errno(
			err, ENOMEM, "cannot list %zu letters", groups->member_count);
	}
	for (size_t i = 0; i < groups->member_count; i++) {
		size_t line = groups->list[groups->owners[i]].parent;
		if (line != SIZE_MAX) {
			parts->list[letters[i]].line = (int)line;
			out->list[line].end++; /* a count, at first */
		}
	}
	for (size_t i = 0; i < out->count; i++) {
		size_t count = out->list[i].end;
		out->list[i].first = out->list[i].end = total;
		total += count;
	}
	for (size_t i = 0; i < groups->member_count; i++) {
		int line = parts->list[letters[i]].line;
		if (line != SHOT_NO_LINE) {
			out->letters[out->list[line].end++] = letters[i];
		}
	}
	return true;
}

bool shot_lines_find(struct shot_parts *parts, struct shot_lines *out, struct shot_error *err)
{
	struct shot_groups groups = {0};
	size_t *letters = calloc(parts->count + 1, sizeof *letters), count = 0;
	*out = (struct shot_lines){0};
	bool ok = letters || shot_fail_errno(err, ENOMEM, "cannot list %zu letters", parts->count);
	for (size_t i = 0; ok && i < parts->count; i++) {
		letters[count] = i;
		count += is_letter(&parts->list[i]) && !is_underline(parts, &parts->list[i]);
	}
	ok = ok && drop_crowds(parts, letters, &count, err) &&
	     make_groups(parts, letters, count, &groups, err) &&
	     shot_icons_cut(parts, letters, &groups, err) && make_lines(&groups, out, err) &&
	     assign_letters(parts, letters, &groups, out, err);
	shot_groups_free(&groups);
	free(letters);
	if (!ok) {
		shot_lines_free(out);
	}
	return ok;
}

void shot_lines_free(struct shot_lines *lines)
{
	free(lines->list);
	free(lines->letters);
	*lines = (struct shot_lines){0};
}
