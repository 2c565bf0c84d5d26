/* The target of a capture, and its place on the current layout. */
#ifndef SHOT_CAPTURE_TARGET_H
#define SHOT_CAPTURE_TARGET_H

#include "base/error.h"
#include "capture/layout.h"
#include "capture/window.h"

enum shot_target_kind {
	SHOT_TARGET_ROOT,
	SHOT_TARGET_REGION,  /* `rect` */
	SHOT_TARGET_MONITOR, /* the monitor with that `name`: its output, label or own name */
	SHOT_TARGET_PRIMARY,
	SHOT_TARGET_CURSOR, /* the monitor under the pointer */
	SHOT_TARGET_FOLLOW, /* a region of the size of `rect` around the pointer, moved onto the
			       screen */
	SHOT_TARGET_WINDOW, /* `window`; `rect` is the part in it, the whole window when empty */
};

struct shot_target {
	enum shot_target_kind kind;
	struct shot_rect rect;
	bool from_right,
		from_bottom; /* of a region: its place is relative to these edges of the root */
	char name[SHOT_NAME];
	uint32_t window;
	bool is_obscured; /* the window's own picture, including covered parts and parts off the
			     screen */
	bool cursor;	  /* draw the pointer into it */
	bool clip;	  /* take the part on the screen instead of failing */
};

/* Facts that are not part of the layout. */
struct shot_surroundings {
	int32_t pointer_x, pointer_y;
	const struct shot_window_place *found; /* of the target's window; NULL when it is none */
};

/* The current place of a target. */
struct shot_place {
	struct shot_rect rect;	/* on the root; only an obscured window may lie outside */
	char source[SHOT_NAME]; /* "root", the monitor's output, or the window's title */
	double dots_per_mm_x, dots_per_mm_y; /* of the monitor at its top-left; 0 when unknown */
};

/* Find `target` on `layout`. ENOMONITOR with the list of names, EAMBIGUOUS with the outputs of that
 * name; EGEOMETRY when the target leaves the root or its window (with `clip`: when no part of it is
 * inside). */
bool shot_target_resolve(const struct shot_target *target, const struct shot_layout *layout,
	const struct shot_surroundings *around, struct shot_place *place, struct shot_error *err);

#endif
