/* What a capture is of, and where that is on the layout of the moment. */
#ifndef SHOT_CAPTURE_TARGET_H
#define SHOT_CAPTURE_TARGET_H

#include "base/error.h"
#include "capture/layout.h"
#include "capture/window.h"

enum shot_target_kind {
	SHOT_TARGET_ROOT,
	SHOT_TARGET_REGION,  /* `rect` */
	SHOT_TARGET_MONITOR, /* the one with that `name`: its output, label or own one */
	SHOT_TARGET_PRIMARY,
	SHOT_TARGET_CURSOR, /* the monitor under the pointer */
	SHOT_TARGET_FOLLOW, /* of `rect` the size, around the pointer, moved onto the screen */
	SHOT_TARGET_WINDOW, /* `window`; `rect` in it, all of it when that is empty */
};

struct shot_target {
	enum shot_target_kind kind;
	struct shot_rect rect;
	bool from_right,
		from_bottom; /* of a region: its place counts from these edges of the root */
	char name[SHOT_NAME];
	uint32_t window;
	bool is_obscured; /* the window's own picture, also what is covered or off the screen */
	bool cursor;	  /* draw the pointer into it */
	bool clip;	  /* take what of it lies on the screen, instead of refusing */
};

/* What the layout does not tell. */
struct shot_surroundings {
	int32_t pointer_x, pointer_y;
	const struct shot_window_place *found; /* of the target's window; NULL when it is none */
};

/* Where a target is now. */
struct shot_place {
	struct shot_rect rect;	/* on the root; only of an obscured window it may lie outside */
	char source[SHOT_NAME]; /* "root", the monitor's output, or the window's title */
	double dots_per_mm_x, dots_per_mm_y; /* of the monitor at its top-left; 0 when unknown */
};

/* Find `target` on `layout`. ENOMONITOR with the names there are, EAMBIGUOUS with the
 * outputs that are called so; EGEOMETRY when it leaves the
 * root, or its window (with `clip`: when nothing of it is inside). */
bool shot_target_resolve(const struct shot_target *target, const struct shot_layout *layout,
	const struct shot_surroundings *around, struct shot_place *place, struct shot_error *err);

#endif
