#include "words/order.h"

#include <stdbool.h>
#include <stdlib.h>

enum { BACK = 256 }; /* lines to look back */

static int compare_tops(const void *a, const void *b)
{
	const struct shot_line *left = a, *right = b;
	return (left->box.y > right->box.y) - (left->box.y < right->box.y);
}

static int compare_places(const void *a, const void *b)
{
	const struct shot_line *left = a, *right = b;
	return left->row != right->row
		       ? (left->row > right->row) - (left->row < right->row)
		       : (left->box.x > right->box.x) - (left->box.x < right->box.x);
}

static bool has_middle(struct shot_rect a, struct shot_rect b)
{
	int64_t middle = 2 * (int64_t)b.y + b.height;
	return middle > 2 * (int64_t)a.y && middle < 2 * ((int64_t)a.y + a.height);
}

/* Tells whether two lines are of one kind: a heading and small print are not. */
static bool is_like(struct shot_rect a, struct shot_rect b)
{
	return a.height < 2 * b.height && b.height < 2 * a.height;
}

static bool are_beside(struct shot_rect a, struct shot_rect b)
{
	bool is_apart = a.x + a.width <= b.x || b.x + b.width <= a.x;
	return is_apart && has_middle(a, b) && has_middle(b, a) && is_like(a, b);
}

static size_t earliest(size_t i)
{
	return i > BACK ? i - BACK : 0;
}

static void find_rows(struct shot_line *lines, size_t count)
{
	int rows = 0;
	for (size_t i = 0; i < count; i++) {
		lines[i].row = 0;
		for (size_t k = i; lines[i].row == 0 && k-- > earliest(i);) {
			if (are_beside(lines[k].box, lines[i].box)) {
				lines[i].row = lines[k].row;
			}
		}
		if (lines[i].row == 0) {
			lines[i].row = ++rows;
		}
	}
}

/* Measures how far `line` is below one that it may continue; INT32_MAX if it cannot. */
static int32_t drop(const struct shot_line *above, const struct shot_line *line)
{
	const struct shot_rect *a = &above->box, *b = &line->box;
	int32_t gap = b->y - (a->y + a->height);
	bool is_over = a->x < b->x + b->width && b->x < a->x + a->width;
	bool is_near = 2 * gap > -b->height && 2 * gap <= 3 * b->height;
	return above->row < line->row && is_over && is_near && is_like(*a, *b) ? gap : INT32_MAX;
}

/* Joins lines to blocks. One line at most continues each line, so that two of a row are never in
 * one block. */
static void find_blocks(struct shot_line *lines, size_t count)
{
	int blocks = 0;
	for (size_t i = 0; i < count; i++) {
		int32_t least = INT32_MAX;
		lines[i].block = 0;
		for (size_t k = i; k-- > earliest(i);) {
			int32_t gap = drop(&lines[k], &lines[i]);
			if (gap < least) {
				least = gap;
				lines[i].block = lines[k].block;
			}
		}
		for (size_t k = i; lines[i].block && k-- > earliest(i);) {
			if (lines[k].row == lines[i].row && lines[k].block == lines[i].block) {
				lines[i].block = 0;
			}
		}
		if (lines[i].block == 0) {
			lines[i].block = ++blocks;
		}
	}
}

void shot_lines_order(struct shot_line *lines, size_t count)
{
	qsort(lines, count, sizeof *lines, compare_tops);
	find_rows(lines, count);
	qsort(lines, count, sizeof *lines, compare_places);
	find_blocks(lines, count);
}
