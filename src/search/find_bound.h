/* How much a pattern differs at least from a picture, for each place that it can be at: quick to
 * tell, so that few places need be looked at closely. For find_near.c.
 *
 * The pattern is cut into blocks. The sum of what the pixels of a block differ is no less than what
 * the sums of its pixels differ, and a picture's sums are quick to make for every place. */
#ifndef SHOT_SEARCH_FIND_BOUND_H
#define SHOT_SEARCH_FIND_BOUND_H

#include "search/pattern.h"

#define SHOT_BOUND_GRID 4 /* blocks a side, at most */

struct shot_bounds {
	uint32_t *list; /* of the row at hand: for each place, what differs at least */

	/* find_bound.c's own. */
	const struct shot_view *view;
	int32_t places; /* in a row */
	int32_t block_width, block_height;
	struct shot_block {
		int32_t x, y;
		uint32_t sum;
	} blocks[SHOT_BOUND_GRID * SHOT_BOUND_GRID]; /* without those that the mask touches */
	size_t block_count;
	uint32_t slack; /* what tolerance takes from the difference of a block's sums */

	int32_t sum_rows;  /* how many rows of sums are kept */
	uint32_t *sums;	   /* of the blocks that begin at each pixel of a row; a ring of rows */
	int32_t made;	   /* rows of sums so far */
	uint32_t *columns; /* of block_height pixels */
};

/* What differs by more than `tolerance`, beginning before the first row; `view` must outlive it.
 * ENOMEM. To be finished either way. */
bool shot_bounds_init(struct shot_bounds *bounds, const struct shot_view *view,
	const struct shot_pattern *pattern, int tolerance, struct shot_error *err);
void shot_bounds_finish(struct shot_bounds *bounds);

/* Begin with the first row. */
void shot_bounds_rewind(struct shot_bounds *bounds);

/* Fill the list for row `y`; called for each row in turn. */
void shot_bounds_make(struct shot_bounds *bounds, int32_t y);

#endif
