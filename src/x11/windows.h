/* The windows of programs on a display, as their manager lists them (EWMH), else as the tree of
 * windows shows. All windows are asked at once, so that many take hardly longer than one. */
#ifndef SHOT_X11_WINDOWS_H
#define SHOT_X11_WINDOWS_H

#include "x11/display.h"
#include "x11/window_tree.h"
#include "x11/window.h"

#define SHOT_WINDOWS 512 /* more than anybody has; the lowest ones are left out */

/* A query; zeroed, it is idle. It must not move while it is under way. */
struct shot_windows {
	struct shot_window *list; /* from the topmost down, once it is done; it owns them */
	size_t count;
	xcb_window_t active; /* 0 for none */

	struct shot_listener listener; /* the rest is windows.c's own */
	struct shot_display *display;  /* NULL when idle, and once that is closed */
	bool is_lost;		       /* closed while the query was under way */
	bool wants_list;
	enum {
		SHOT_WINDOWS_ATOMS,
		SHOT_WINDOWS_ROOT,
		SHOT_WINDOWS_MANAGED,
		SHOT_WINDOWS_TREE,
		SHOT_WINDOWS_FOCUS,
		SHOT_WINDOWS_DETAILS,
	} step;
	struct shot_batch batch;
	struct shot_batch root; /* what was asked of the root stays until the end */
	xcb_window_t manager;	/* whom the root names as such */
	xcb_window_t focus;	/* without a manager: whose owner is looked for */
	unsigned climbed;	/* how far up from it */
	struct shot_window_tree tree;
	xcb_window_t ids[SHOT_WINDOWS];
	struct shot_window_question *questions;
	size_t asked;
};

/* Send the first questions. `wants_list` false: `active` is all that is wanted. False: ENOMEM. */
bool shot_windows_begin(struct shot_windows *windows, struct shot_display *display, bool wants_list,
	struct shot_error *err);

/* Take in answers and ask on, without blocking. Failed: ELOST or ENOMEM. Afterwards the query is
 * idle. */
enum shot_poll shot_windows_poll(struct shot_windows *windows, struct shot_error *err);

/* Forget what is still to come, and the list. An idle one is allowed. */
void shot_windows_finish(struct shot_windows *windows);

#endif
