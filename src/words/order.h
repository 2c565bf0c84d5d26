/* The order in which lines are read: rows from top to bottom, and the blocks that lines below each
 * other make. */
#ifndef SHOT_WORDS_ORDER_H
#define SHOT_WORDS_ORDER_H

#include <stddef.h>

#include "base/rect.h"

struct shot_line {
	struct shot_rect box;
	int row;      /* lines beside each other are in one, from 1, top to bottom */
	int block;    /* lines below each other are in one, from 1, in reading order */
	size_t index; /* the caller's, as are these */
	size_t first, end;
};

/* Set row and block of lines whose boxes are set, and sort them: row by row, left to right. */
void shot_lines_order(struct shot_line *lines, size_t count);

#endif
