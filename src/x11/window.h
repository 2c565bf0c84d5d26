/* One window: where it is, and what it says of itself. */
#ifndef SHOT_X11_WINDOW_H
#define SHOT_X11_WINDOW_H

#include "base/rect.h"
#include "x11/atoms.h"

#define SHOT_TITLE 512 /* bytes, NUL included; longer ones are cut */
#define SHOT_CLASS 128

struct shot_window {
	xcb_window_t id;
	xcb_window_t parent;
	struct shot_rect rect;	/* on the root; its inside, without border and its manager's frame,
				   nor the margin in which it casts a shadow by itself */
	struct shot_rect whole; /* with that margin */
	int32_t border;		/* width of the server's own border around that */
	bool is_viewable;	/* mapped, and so is all that it lies in; it may still be covered */
	bool is_active;		/* the one that is worked in */
	xcb_visualid_t visual;
	char title[SHOT_TITLE]; /* of EWMH, else of ICCCM; UTF-8 */
	char class_name[SHOT_CLASS], instance[SHOT_CLASS];
	uint32_t pid; /* as the program says; 0 when it does not */
};

/* How much to ask. */
enum shot_window_detail {
	SHOT_WINDOW_PLACE, /* all up to the visual, but `is_active` */
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
	const struct shot_atoms *atoms, struct shot_window *window);

#endif
