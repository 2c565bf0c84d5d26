/* Finds the lines of text among parts of ink: letters side by side, with a space between words.
 * Texts farther apart in a row, as in the columns of a table, are separate lines. */
#ifndef SHOT_WORDS_LINE_H
#define SHOT_WORDS_LINE_H

#include "words/order.h"
#include "words/part.h"

struct shot_lines {
	struct shot_line *list; /* in reading order */
	size_t count;
	size_t *letters; /* indices of parts; a line's are from its `first` to its `end` */
};

/* Find the lines, and set `line` of each part. Frames, rules and pictures are in none. ENOMEM. */
bool shot_lines_find(struct shot_parts *parts, struct shot_lines *out, struct shot_error *err);

/* Free the lists. Zeroed lines are allowed. */
void shot_lines_free(struct shot_lines *lines);

#endif
