/* The windows of programs, and where one was found that is to be captured. */
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
	struct shot_rect rect;	/* on the root; what the program draws, without its frame and the
				   margin in which it casts a shadow by itself */
	bool is_viewable;	/* it is shown, though it may be covered */
	bool is_active;		/* the one that is worked in */
	char title[SHOT_TITLE]; /* UTF-8 */
	char class_name[SHOT_CLASS], instance[SHOT_CLASS];
	uint32_t pid; /* as the program says; 0 when it does not */
};

/* A query for the windows; the source makes and frees it. It outlives its source, and fails then.
 */
struct shot_windows {
	const struct shot_source_kind *kind;
	struct shot_window *list; /* from the topmost down, once it is done; the query owns them */
	size_t count;
	uint32_t active; /* 0 for none */
};

/* Where a window was found. */
struct shot_window_place {
	struct shot_window window;
	/* Only for what is obscured: the picture that its pixels are in, and what that covers of
	 * the root's plane, on the screen or not. */
	struct shot_surface surface;
	struct shot_rect outside;
	const struct shot_region *shapes; /* NULL, or the source's own: two, of which a pixel must
					     lie inside both (a window's, and what it lies in) */
};

#endif
