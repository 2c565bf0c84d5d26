/* Windows for which this display has requested a separate picture (Composite, with automatic
 * updates: the screen does not change). The server ends the redirections when the connection ends.
 * */
#ifndef SHOT_X11_REDIRECT_H
#define SHOT_X11_REDIRECT_H

#include <xcb/xcb.h>

#include "base/error.h"

struct shot_redirects {
	struct shot_redirect {
		xcb_window_t window;
		int64_t used; /* monotonic ns */
	} * list;
	unsigned count, capacity;
	xcb_pixmap_t pixmap; /* the id that each pixmap gets in turn; 0: not chosen yet */
};

/* The id for a pixmap while it is read. */
xcb_pixmap_t shot_redirects_name(struct shot_redirects *redirects, xcb_connection_t *xcb);

/* Redirect a child of the root; the caller flushes. False: ENOMEM. */
bool shot_redirects_add(struct shot_redirects *redirects, xcb_connection_t *xcb,
	xcb_window_t window, struct shot_error *err);

/* Note the use of a window, if it is redirected; and end the redirections without a use for `idle`
 * ns (0: all of them). Returns their number. */
void shot_redirects_use(struct shot_redirects *redirects, xcb_window_t window);
unsigned shot_redirects_end(struct shot_redirects *redirects, xcb_connection_t *xcb, int64_t idle);

/* Free; sends nothing. */
void shot_redirects_finish(struct shot_redirects *redirects);

#endif
