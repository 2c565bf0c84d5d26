/* The connected parts of ink: pixels that touch, as those of most letters do. */
#ifndef SHOT_WORDS_PART_H
#define SHOT_WORDS_PART_H

#include "image/view.h"

enum { SHOT_NO_LINE = -1 };

struct shot_part {
	struct shot_rect box;
	int64_t pixels;
	int64_t steps; /* in gray values, at the ends of its runs: the sum of all */
	int64_t runs;  /* how many */
	int line;      /* the line that it belongs to, or SHOT_NO_LINE */
};

/* A run of ink in a row. */
struct shot_run {
	int32_t left, right; /* not included */
	int32_t step;  /* from the pixel before its left end, and to that after its right one */
	uint32_t part; /* its index */
};

struct shot_parts {
	struct shot_part *list;
	size_t count;
	struct shot_run *runs;
	size_t *rows; /* the index of each row's first run, with one more at the end */
	int32_t height;
};

/* Find the parts of an image that shot_ink made. EFBIG when it is more ink than a picture of text
 * can have; ENOMEM. */
bool shot_parts_find(const struct shot_view *ink, struct shot_parts *out, struct shot_error *err);

/* Free the lists. Zeroed parts are allowed. */
void shot_parts_free(struct shot_parts *parts);

#endif
