/* One window that a search looks for: its place, whether its pixels can be read, and for its
 * covered parts the toplevel with its pixmap. All questions go into the search's batch; the caller
 * flushes, and reads after the answers have arrived. */
#ifndef SHOT_X11_SOUGHT_WINDOW_H
#define SHOT_X11_SOUGHT_WINDOW_H

#include "capture/target.h"
#include "capture/window.h"
#include "x11/toplevel.h"

struct shot_sought_window {
	xcb_window_t id;
	bool is_obscured;		/* its covered parts are wanted */
	struct shot_window_place found; /* complete when the search is done */

	xcb_window_t redirected; /* the last toplevel that this search redirected */
	unsigned waits;		 /* for a pixmap */
	struct shot_window_question question;
	xcb_colormap_t colors; /* of a window whose pixels go through a color map; else 0 */
	int colors_asked;
	struct shot_rect whole;	  /* of the window, with its margin */
	struct shot_toplevel top; /* of an obscured target */
	int asked[2];		  /* for the shapes of the window and of its toplevel */
	struct shot_region shapes[2];
};

/* Begin with a target that is a window. Finish frees the shapes to which `found` points. */
void shot_sought_window_init(struct shot_sought_window *sought, const struct shot_target *target);
void shot_sought_window_finish(struct shot_sought_window *sought);

/* Ask for the window itself. Reading fails with ENOWINDOW, EHIDDEN, or with ENOTSUP for one whose
 * covered parts cannot be had. */
void shot_sought_window_ask(
	struct shot_sought_window *sought, struct shot_display *display, struct shot_batch *batch);
bool shot_sought_window_read(struct shot_sought_window *sought, struct shot_display *display,
	const struct shot_batch *batch, struct shot_error *err);

/* Ask for the color map of a window that has `colors`. Reading fails as shot_colors_check does. */
void shot_sought_window_ask_colors(
	struct shot_sought_window *sought, struct shot_display *display, struct shot_batch *batch);
bool shot_sought_window_read_colors(const struct shot_sought_window *sought,
	const struct shot_batch *batch, struct shot_error *err);

/* For covered parts: ask for the toplevel that was found, for its pixmap, and for the shapes of
 * both. If it has no pixmap, reading gives it one, and moves `*settled` to the time (monotonic ns)
 * at which programs have painted it, and if it is gone, to now: the caller then asks for the window
 * again. Fails with EHIDDEN, EAGAIN (it was hidden each time), ENOMEM, or the server's refusal. */
void shot_sought_window_ask_top(
	struct shot_sought_window *sought, struct shot_display *display, struct shot_batch *batch);
bool shot_sought_window_read_top(struct shot_sought_window *sought, struct shot_display *display,
	const struct shot_batch *batch, int64_t *settled, struct shot_error *err);

/* Ask for its place once more, and read whether it stayed there. */
void shot_sought_window_ask_again(
	struct shot_sought_window *sought, struct shot_display *display, struct shot_batch *batch);
bool shot_sought_window_has_stayed(const struct shot_sought_window *sought,
	const struct shot_display *display, const struct shot_batch *batch);

#endif
