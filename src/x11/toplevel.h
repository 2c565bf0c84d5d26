/* The child of the root that a window lies in. Composite gives that one a pixmap, from which what
 * is covered of the window is captured. All questions go into a batch; the caller flushes, and
 * reads when the answers are in. */
#ifndef SHOT_X11_TOPLEVEL_H
#define SHOT_X11_TOPLEVEL_H

#include "x11/display.h"
#include "x11/window.h"

struct shot_toplevel {
	xcb_window_t inside; /* the window that lies in it */
	xcb_window_t window; /* itself, as soon as `is_below` is false */
	bool is_below;	     /* `window` may still have a parent that is not the root */

	struct shot_window_question question;
	int tree;   /* who the parent of `window` is */
	int offset; /* of `inside` in it */
	int named;  /* whether it has a pixmap to be named */
};

/* Begin at a window whose parent is known. */
void shot_toplevel_begin(struct shot_toplevel *top, const struct shot_display *display,
	xcb_window_t inside, xcb_window_t parent);

/* Ask for the parent, if it is below; then read that, which is a step up. */
void shot_toplevel_ask_parent(
	struct shot_toplevel *top, const struct shot_display *display, struct shot_batch *batch);
void shot_toplevel_read_parent(struct shot_toplevel *top, const struct shot_display *display,
	const struct shot_batch *batch);

/* Ask whether it has a pixmap: it has one for as long as somebody (a compositing manager, we)
 * redirects it. The error says why not, NULL when it has. */
void shot_toplevel_ask_pixmap(
	struct shot_toplevel *top, struct shot_display *display, struct shot_batch *batch);
const xcb_generic_error_t *shot_toplevel_read_pixmap(
	const struct shot_toplevel *top, const struct shot_batch *batch);

/* Ask where it is. */
void shot_toplevel_ask_place(
	struct shot_toplevel *top, const struct shot_display *display, struct shot_batch *batch);

/* What it is, and what its pixmap covers of the root's plane; `whole` is where `inside` lies. False
 * when one of them is gone. */
bool shot_toplevel_read_place(const struct shot_toplevel *top, const struct shot_display *display,
	const struct shot_batch *batch, struct shot_rect whole, struct shot_x11_window *window,
	struct shot_rect *outside);

#endif
