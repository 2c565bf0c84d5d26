#include "x11/toplevel.h"

#include <xcb/composite.h>

static void step_up(
	struct shot_toplevel *top, const struct shot_display *display, xcb_window_t parent)
{
	top->is_below = parent && parent != display->root;
	if (top->is_below) {
		top->window = parent;
	}
}

void shot_toplevel_begin(struct shot_toplevel *top, const struct shot_display *display,
	xcb_window_t inside, xcb_window_t parent)
{
	top->inside = top->window = inside;
	step_up(top, display, parent);
}

void shot_toplevel_ask_parent(
	struct shot_toplevel *top, const struct shot_display *display, struct shot_batch *batch)
{
	top->tree = shot_batch_add(
		batch, display->xcb, xcb_query_tree(display->xcb, top->window).sequence);
}

void shot_toplevel_read_parent(struct shot_toplevel *top, const struct shot_display *display,
	const struct shot_batch *batch)
{
	const xcb_query_tree_reply_t *tree = shot_batch_reply(batch, top->tree);
	step_up(top, display, tree ? tree->parent : XCB_NONE);
}

void shot_toplevel_ask_pixmap(
	struct shot_toplevel *top, struct shot_display *display, struct shot_batch *batch)
{
	xcb_connection_t *xcb = display->xcb;
	xcb_pixmap_t pixmap = shot_redirects_name(&display->redirects, xcb);
	top->named = shot_batch_add(batch, xcb,
		xcb_composite_name_window_pixmap_checked(xcb, top->window, pixmap).sequence);
	xcb_discard_reply(xcb, xcb_free_pixmap_checked(xcb, pixmap).sequence);
}

const xcb_generic_error_t *shot_toplevel_read_pixmap(
	const struct shot_toplevel *top, const struct shot_batch *batch)
{
	return shot_batch_error(batch, top->named);
}

void shot_toplevel_ask_place(
	struct shot_toplevel *top, const struct shot_display *display, struct shot_batch *batch)
{
	xcb_connection_t *xcb = display->xcb;
	shot_window_ask(&top->question, batch, xcb, display->root, &display->atoms, top->window,
		SHOT_WINDOW_PLACE);
	top->offset = shot_batch_add(batch, xcb,
		xcb_translate_coordinates(xcb, top->inside, top->window, 0, 0).sequence);
}

/* Computes the place from that of the window inside: one question tells their relative position,
 * even while both are moving. */
bool shot_toplevel_read_place(const struct shot_toplevel *top, const struct shot_display *display,
	const struct shot_batch *batch, struct shot_rect whole, struct shot_x11_window *window,
	struct shot_rect *outside)
{
	const xcb_translate_coordinates_reply_t *offset = shot_batch_reply(batch, top->offset);
	if (!offset || !shot_window_read(&top->question, batch, &display->atoms, window)) {
		return false;
	}
	*outside = (struct shot_rect){whole.x - offset->dst_x - window->border,
		whole.y - offset->dst_y - window->border, window->whole.width + 2 * window->border,
		window->whole.height + 2 * window->border};
	return true;
}
