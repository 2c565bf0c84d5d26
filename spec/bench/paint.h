/* What changes on the screen between two captures: a rectangle of the root, in another color each
 * time, on a connection of its own. */
#ifndef BENCH_PAINT_H
#define BENCH_PAINT_H

#include <stdlib.h>
#include <xcb/xcb.h>

struct paint {
	xcb_connection_t *connection;
	xcb_window_t root;
	xcb_gcontext_t gc;
	xcb_rectangle_t rect; /* empty: nothing changes */
	uint32_t color;
};

/* False when there is no display. */
static inline bool paint_open(struct paint *paint, xcb_rectangle_t rect)
{
	*paint = (struct paint){.connection = xcb_connect(NULL, NULL), .rect = rect};
	if (xcb_connection_has_error(paint->connection)) {
		return false;
	}
	paint->root = xcb_setup_roots_iterator(xcb_get_setup(paint->connection)).data->root;
	paint->gc = xcb_generate_id(paint->connection);
	uint32_t over_windows = XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS;
	xcb_create_gc(
		paint->connection, paint->gc, paint->root, XCB_GC_SUBWINDOW_MODE, &over_windows);
	return true;
}

/* Draw, and wait until that is done. */
static inline void paint_change(struct paint *paint)
{
	if (paint->rect.width > 0) {
		paint->color += 0x010307;
		xcb_change_gc(paint->connection, paint->gc, XCB_GC_FOREGROUND, &paint->color);
		xcb_poly_fill_rectangle(paint->connection, paint->root, paint->gc, 1, &paint->rect);
	}
	free(xcb_get_input_focus_reply(
		paint->connection, xcb_get_input_focus(paint->connection), NULL));
}

#endif
