/* A list of rectangles: a display server's report of changes. */
#ifndef SHOT_CAPTURE_REGION_H
#define SHOT_CAPTURE_REGION_H

#include "base/error.h"
#include "base/rect.h"

struct shot_region {
	struct shot_rect *rects; /* from top to bottom, without overlap; on the heap */
	unsigned count;
};

/* Make room for `count` rectangles, which are then the caller's to fill. ENOMEM. */
bool shot_region_resize(struct shot_region *region, unsigned count, struct shot_error *err);

/* Free them. A zeroed region is allowed. */
void shot_region_finish(struct shot_region *region);

#endif
