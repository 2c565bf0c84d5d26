/* What automatically redirected windows owe the screen. The server paints them into the root when
 * the root is read, or when it has nothing else to do. A GetImage has sent the head of its reply by
 * then, and the events that the painting makes go into the middle of it, so that nobody can read
 * what comes after. Copies have no reply, and GetImage of MIT-SHM sends its own at the end. */
#ifndef SHOT_X11_PENDING_PAINT_H
#define SHOT_X11_PENDING_PAINT_H

#include "base/rect.h"
#include "x11/display.h"

/* A pixmap of one pixel, of the root's depth, that is the display's own. */
xcb_pixmap_t shot_pending_paint_pixel(struct shot_display *display);

/* Have it painted now; the caller flushes. */
void shot_pending_paint(struct shot_display *display);

/* Send a GetImage of `rect` of `drawable`, with nothing owed when it is carried out where that
 * would make events; the caller flushes. Returns the sequence of its reply. */
unsigned shot_pending_paint_get_image(
	struct shot_display *display, xcb_drawable_t drawable, struct shot_rect rect);

#endif
