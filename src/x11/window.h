/* One window: where it is, and what it says of itself. */
#ifndef SHOT_X11_WINDOW_H
#define SHOT_X11_WINDOW_H

#include "capture/window.h"
#include "x11/atoms.h"

/* What capture knows of it, and what x11 alone does. */
struct shot_x11_window {
	struct shot_window window; /* its `rect` is its inside, without border and margin */
	xcb_window_t parent;
	struct shot_rect whole; /* on the root; with the margin in which it casts a shadow */
	int32_t border;		/* width of the server's own border around that */
	xcb_visualid_t visual;
	xcb_colormap_t colors;
	bool is_input_only; /* nothing of it is ever to be seen */
};

/* How much to ask. */
enum shot_window_detail {
	SHOT_WINDOW_PLACE, /* all but texts, pid and `is_active` */
	SHOT_WINDOW_TITLE, /* and the title */
	SHOT_WINDOW_ALL,
};

/* The answers to wait for, in a batch. */
struct shot_window_question {
	xcb_window_t id;
	int geometry, origin, attributes, tree, margin;
	int title, old_title, class_name, pid; /* -1 when not asked */
};

/* Ask about window `id`, which may be gone by now; the caller flushes. */
void shot_window_ask(struct shot_window_question *question, struct shot_batch *batch,
	xcb_connection_t *xcb, xcb_window_t root, const struct shot_atoms *atoms, xcb_window_t id,
	enum shot_window_detail detail);

/* Read the answers, which are all in. False: there is no such window on this screen. */
bool shot_window_read(const struct shot_window_question *question, const struct shot_batch *batch,
	const struct shot_atoms *atoms, struct shot_x11_window *own);

#endif
