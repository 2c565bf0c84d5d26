#include "capture/region.h"

#include <errno.h>
#include <stdlib.h>

bool shot_region_resize(struct shot_region *region, unsigned count, struct shot_error *err)
{
	struct shot_rect *rects = realloc(region->rects, (count + 1) * sizeof *rects);
	if (!rects) {
		return shot_fail_errno(err, ENOMEM, "cannot list %u changes", count);
	}
	region->rects = rects;
	region->count = count;
	return true;
}

void shot_region_finish(struct shot_region *region)
{
	free(region->rects);
	*region = (struct shot_region){0};
}
