/* Finds a window's ancestor below the root, its toplevel. Composite gives the toplevel a pixmap,
 * which contains the covered parts of the window. All questions go into a batch; the caller
 * flushes, and reads after the answers have arrived. */
#ifndef SHOT_X11_TOPLEVEL_H
#define SHOT_X11_TOPLEVEL_H

#include "x11/display.h"
#include "x11/window.h"

struct shot_toplevel {
	xcb_window_t inside; /* the window inside it */
	xcb_window_t window; /* the toplevel, as soon as `is_below` is false */
	bool is_below;	     /* `window` may still have a parent that is not the root */

	struct shot_window_question question;
	int tree;   /* the parent of `window` */
	int offset; /* of `inside` in it */
	int named;  /* whether it has a pixmap */
};

/* Begin at a window whose parent is known. */
void shot_toplevel_begin(struct shot_toplevel *top, const struct shot_display *display,
	xcb_window_t inside, xcb_window_t parent);

/* Ask for the parent, if `is_below`; and read the answer, which moves one level up. */
void shot_toplevel_ask_parent(
	struct shot_toplevel *top, const struct shot_display *display, struct shot_batch *batch);
void shot_toplevel_read_parent(struct shot_toplevel *top, const struct shot_display *display,
	const struct shot_batch *batch);

/* Ask whether it has a pixmap: it has one while a client (a compositing manager, luashot) redirects
 * it. The error is the refusal, NULL when it has a pixmap. */
void shot_toplevel_ask_pixmap(
	struct shot_toplevel *top, struct shot_display *display, struct shot_batch *batch);
const xcb_generic_error_t *shot_toplevel_read_pixmap(
	const struct shot_toplevel *top, const struct shot_batch *batch);

/* Ask for its place. */
void shot_toplevel_ask_place(
	struct shot_toplevel *top, const struct shot_display *display, struct shot_batch *batch);

/* Read its properties, and the rectangle of its pixmap on the root's plane; `whole` is the place of
 * `inside`. False when one of them is gone. */
bool shot_toplevel_read_place(const struct shot_toplevel *top, const struct shot_display *display,
	const struct shot_batch *batch, struct shot_rect whole, struct shot_x11_window *window,
	struct shot_rect *outside);

#endif
