/* Works around a bug of X servers. The server paints automatically redirected windows into the root
 * when the root is read, or when it is idle. By then a GetImage has sent the head of its reply, so
 * the events of that painting are written into the middle of the reply, and corrupt the stream.
 * Copies have no reply, and GetImage of MIT-SHM sends its reply at the end. */
#ifndef SHOT_X11_PENDING_PAINT_H
#define SHOT_X11_PENDING_PAINT_H

#include "base/rect.h"
#include "x11/display.h"

/* The display's own pixmap of one pixel, of the root's depth. */
xcb_pixmap_t shot_pending_paint_pixel(struct shot_display *display);

/* Make the server paint now; the caller flushes. */
void shot_pending_paint_flush(struct shot_display *display);

/* Send a GetImage of `rect` of `drawable`. If painting could cause events, it makes the server
 * paint first. The caller flushes. Returns the sequence of the reply. */
unsigned shot_pending_paint_get_image(
	struct shot_display *display, xcb_drawable_t drawable, struct shot_rect rect);

#endif
