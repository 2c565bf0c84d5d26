/* One window: its place, and its own description. */
#ifndef SHOT_X11_WINDOW_H
#define SHOT_X11_WINDOW_H

#include "capture/window.h"
#include "x11/atoms.h"

/* Capture's fields of a window, and those of x11. */
struct shot_x11_window {
	struct shot_window window; /* its `rect` is its inside, without border and margin */
	xcb_window_t parent;
	struct shot_rect whole; /* on the root; with the margin in which it casts a shadow */
	int32_t border;		/* width of the server's own border around that */
	xcb_visualid_t visual;
	xcb_colormap_t colors;
	bool is_input_only; /* it is never visible */
};

/* The amount of detail to ask for. */
enum shot_window_detail {
	SHOT_WINDOW_PLACE, /* all but texts, pid and `is_active` */
	SHOT_WINDOW_TITLE, /* also the title */
	SHOT_WINDOW_ALL,
};

/* The answers to wait for, in a batch. */
struct shot_window_question {
	xcb_window_t id;
	int geometry, origin, attributes, tree, margin;
	int title, old_title, class_name, pid; /* -1 when not asked */
};

/* Ask about window `id`, which may be gone; the caller flushes. */
void shot_window_ask(struct shot_window_question *question, struct shot_batch *batch,
	xcb_connection_t *xcb, xcb_window_t root, const struct shot_atoms *atoms, xcb_window_t id,
	enum shot_window_detail detail);

/* Read the answers after all have arrived. False: there is no such window on this screen. */
bool shot_window_read(const struct shot_window_question *question, const struct shot_batch *batch,
	const struct shot_atoms *atoms, struct shot_x11_window *own);

#endif
