/* What a capture is of, and where that is on the layout of the moment. */
#ifndef SHOT_CAPTURE_TARGET_H
#define SHOT_CAPTURE_TARGET_H

#include "base/error.h"
#include "x11/layout.h"

enum shot_target_kind {
	SHOT_TARGET_ROOT,
	SHOT_TARGET_REGION,  /* `rect` */
	SHOT_TARGET_MONITOR, /* the one with that `name`: its output, or its own */
	SHOT_TARGET_PRIMARY,
	SHOT_TARGET_CURSOR, /* the monitor under the pointer */
};

struct shot_target {
	enum shot_target_kind kind;
	struct shot_rect rect;
	char name[SHOT_NAME];
	bool cursor; /* draw the pointer into it */
	bool clip;   /* take what of it lies on the screen, instead of refusing */
};

/* Where a target is now. */
struct shot_place {
	struct shot_rect rect; /* within the root */
	const char *source;    /* "root", or the monitor's output; valid as long as the layout */
	double dots_per_mm_x, dots_per_mm_y; /* of the monitor at its top-left; 0 when unknown */
};

/* Find `target` on `layout`; (pointer_x, pointer_y) matter to CURSOR alone. ENOMONITOR with the
 * names there are; EGEOMETRY when it leaves the root (with `clip`: when nothing of it is inside).
 */
bool shot_target_resolve(const struct shot_target *target, const struct shot_layout *layout,
	int32_t pointer_x, int32_t pointer_y, struct shot_place *place, struct shot_error *err);

#endif
