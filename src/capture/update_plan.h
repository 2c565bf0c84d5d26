/* Plans the cheapest update of a stale picture: bands of whole rows, which land in place; narrow
 * pieces, which are read aside and copied in; or the whole picture. */
#ifndef SHOT_CAPTURE_UPDATE_PLAN_H
#define SHOT_CAPTURE_UPDATE_PLAN_H

#include <stdbool.h>

#include "base/rect.h"

#define SHOT_UPDATE_PLAN_PIECES 24 /* more pieces would cost more than the whole picture */
#define SHOT_UPDATE_PLAN_RECTS 256 /* the most rectangles of a plan's input */

struct shot_update_plan {
	bool is_full; /* one request for the whole picture; then there are no pieces */
	unsigned count;
	struct shot_piece {
		struct shot_rect
			rect;	/* inside the picture, in the stale rectangles' coordinates */
		bool is_narrow; /* else it spans the picture's width */
	} pieces[SHOT_UPDATE_PLAN_PIECES];
};

/* Cover `stale` (`count` rectangles inside `picture`, at most SHOT_UPDATE_PLAN_RECTS, in any order,
 * which is changed). */
void shot_update_plan_make(struct shot_update_plan *plan, struct shot_rect picture,
	struct shot_rect *stale, unsigned count);

#endif
