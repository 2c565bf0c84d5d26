/* The reading order: rows from top to bottom, and blocks of lines below each other. */
#ifndef SHOT_WORDS_ORDER_H
#define SHOT_WORDS_ORDER_H

#include <stddef.h>

#include "base/rect.h"

struct shot_line {
	struct shot_rect box;
	int row;      /* lines beside each other are in one, from 1, top to bottom */
	int block;    /* lines below each other are in one, from 1, in reading order */
	size_t index; /* the caller's, as are the two below */
	size_t first, end;
};

/* Set row and block of lines whose boxes are set, and sort them: row by row, left to right. */
void shot_lines_order(struct shot_line *lines, size_t count);

#endif
