/* The windows of programs, and the place of a window to capture. */
#ifndef SHOT_CAPTURE_WINDOW_H
#define SHOT_CAPTURE_WINDOW_H

#include "base/rect.h"
#include "capture/region.h"
#include "capture/tile.h"

#define SHOT_TITLE 512 /* bytes, NUL included; longer ones are cut */
#define SHOT_CLASS 128

struct shot_source_kind;

struct shot_window {
	uint32_t id;
	struct shot_rect rect;	/* on the root; the program's own area, without the frame and the
				   margin of a client-drawn shadow */
	bool is_viewable;	/* it is shown, though it may be covered */
	bool is_active;		/* it is the active window */
	char title[SHOT_TITLE]; /* UTF-8 */
	char class_name[SHOT_CLASS], instance[SHOT_CLASS];
	uint32_t pid; /* as the program reports it; 0 when it does not */
};

/* A query for the windows; the source makes and frees it. It outlives its source, and fails then.
 */
struct shot_windows {
	const struct shot_source_kind *kind;
	struct shot_window *list; /* from the topmost down, once it is done; the query owns them */
	size_t count;
	uint32_t active; /* 0 for none */
};

/* The place of a window. */
struct shot_window_place {
	struct shot_window window;
	/* Only for `obscured`: the picture that holds its pixels, and the rectangle of the picture
	 * on the root's plane, on the screen or not. */
	struct shot_surface surface;
	struct shot_rect outside;
	const struct shot_region *shapes; /* NULL, or two shapes of the source; a pixel must lie
					     inside both (the window's and its ancestor's) */
};

#endif
