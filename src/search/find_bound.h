/* A lower bound of the difference between a pattern and a picture at each place: quick to compute,
 * so that few places need a full comparison. For find_near.c.
 *
 * The pattern is cut into blocks. The sum of the pixels' differences in a block is at least the
 * difference of the pixels' sums, and a picture's sums are quick to compute for every place. */
#ifndef SHOT_SEARCH_FIND_BOUND_H
#define SHOT_SEARCH_FIND_BOUND_H

#include "search/pattern.h"

#define SHOT_BOUND_GRID 4 /* blocks a side, at most */

struct shot_bounds {
	uint32_t *list; /* the lower bounds of the current row, one for each place */

	/* find_bound.c's own. */
	const struct shot_view *view;
	int32_t places; /* in a row */
	int32_t block_width, block_height;
	struct shot_block {
		int32_t x, y;
		uint32_t sum;
	} blocks[SHOT_BOUND_GRID * SHOT_BOUND_GRID]; /* without those that the mask touches */
	size_t block_count;
	uint32_t slack; /* the part of a block's difference that tolerance allows */

	int32_t sum_rows;  /* the number of rows of sums that are kept */
	uint32_t *sums;	   /* of the blocks that begin at each pixel of a row; a ring of rows */
	int32_t first;	   /* row of the list */
	int32_t made;	   /* the number of the next row of sums */
	uint32_t *columns; /* of block_height pixels */
};

/* Prepare bounds of the differences beyond `tolerance`, before the first row; `view` must outlive
 * them. ENOMEM. Call finish even after a failure. */
bool shot_bounds_init(struct shot_bounds *bounds, const struct shot_view *view,
	const struct shot_pattern *pattern, int tolerance, struct shot_error *err);
void shot_bounds_finish(struct shot_bounds *bounds);

/* Go to before row `first`. */
void shot_bounds_rewind(struct shot_bounds *bounds, int32_t first);

/* Fill the list for row `y`; called for each row in turn, from `first` on. */
void shot_bounds_make(struct shot_bounds *bounds, int32_t y);

#endif
