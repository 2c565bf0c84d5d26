#include "x11/sought_window.h"

#include <stdio.h>
#include <xcb/shape.h>

#include "base/clock.h"
#include "x11/colors.h"
#include "x11/fail.h"
#include "x11/reply.h"

#define WAITS 8			    /* for a pixmap of a window, in one request */
#define SHAPE_RECTS 4096	    /* a window with more counts as unshaped */
#define SETTLE (SHOT_NS_PER_S / 10) /* for programs to paint the parts that were covered */

void shot_sought_window_init(struct shot_sought_window *sought, const struct shot_target *target)
{
	*sought = (struct shot_sought_window){
		.id = target->window, .is_obscured = target->is_obscured};
}

void shot_sought_window_finish(struct shot_sought_window *sought)
{
	shot_region_finish(&sought->shapes[0]);
	shot_region_finish(&sought->shapes[1]);
}

static void ask_window(struct shot_sought_window *sought, struct shot_display *display,
	struct shot_batch *batch, enum shot_window_detail detail)
{
	shot_window_ask(&sought->question, batch, display->xcb, display->root, &display->atoms,
		sought->id, detail);
}

void shot_sought_window_ask(
	struct shot_sought_window *sought, struct shot_display *display, struct shot_batch *batch)
{
	ask_window(sought, display, batch, SHOT_WINDOW_TITLE);
}

static bool fail_hidden(const struct shot_window *window, struct shot_error *err)
{
	return shot_fail(err, "EHIDDEN",
		"window 0x%x ('%.100s') is not shown: it is minimized, or on another desktop, or "
		"not there yet",
		window->id, window->title);
}

/* False for windows that can never have a pixmap. */
static bool has_picture(const struct shot_display *display, xcb_window_t id,
	const struct shot_x11_window *own, struct shot_error *err)
{
	if (id == display->root) {
		return shot_fail(err, "ENOTSUP",
			"window 0x%x is the root window, which no window covers: capture it without "
			"obscured",
			id);
	}
	return !own->is_input_only ||
	       shot_fail(err, "ENOTSUP", "window 0x%x is for input only: it has no picture", id);
}

/* Sets `colors` of a window whose pixels go through a color map. */
static void set_colors(struct shot_sought_window *sought, const struct shot_display *display,
	const struct shot_x11_window *own)
{
	struct shot_visual visual;
	struct shot_error other; /* the failure is reported where it matters */
	bool is_mapped = shot_visual_read(&visual, xcb_get_setup(display->xcb), display->screen,
				 own->visual, &other) &&
			 visual.is_mapped;
	sought->colors = is_mapped ? own->colors : XCB_NONE;
}

bool shot_sought_window_read(struct shot_sought_window *sought, struct shot_display *display,
	const struct shot_batch *batch, struct shot_error *err)
{
	struct shot_x11_window own;
	if (!shot_window_read(&sought->question, batch, &display->atoms, &own)) {
		return shot_fail(err, "ENOWINDOW", "there is no window 0x%x", sought->id);
	}
	sought->found.window = own.window;
	sought->whole = own.whole;
	set_colors(sought, display, &own);
	if (!own.window.is_viewable) {
		return fail_hidden(&own.window, err);
	}
	if (!sought->is_obscured) {
		return true;
	}
	if (!display->has_composite) {
		return shot_fail(err, "ENOTSUP",
			"cannot capture the covered parts of a window: the X server lacks "
			"Composite 0.2");
	}
	if (!has_picture(display, sought->id, &own, err)) {
		return false;
	}
	shot_toplevel_begin(&sought->top, display, sought->id, own.parent);
	return true;
}

void shot_sought_window_ask_colors(
	struct shot_sought_window *sought, struct shot_display *display, struct shot_batch *batch)
{
	sought->colors_asked =
		shot_batch_add(batch, display->xcb, shot_colors_ask(display->xcb, sought->colors));
}

bool shot_sought_window_read_colors(const struct shot_sought_window *sought,
	const struct shot_batch *batch, struct shot_error *err)
{
	char what[24];
	snprintf(what, sizeof what, "window 0x%x", sought->id);
	return shot_colors_check(shot_batch_reply(batch, sought->colors_asked), what, err);
}

static int ask_shape(
	const struct shot_display *display, struct shot_batch *batch, xcb_window_t window)
{
	xcb_connection_t *xcb = display->xcb;
	return display->has_shape
		       ? shot_batch_add(batch, xcb,
				 xcb_shape_get_rectangles(xcb, window, XCB_SHAPE_SK_BOUNDING)
					 .sequence)
		       : -1;
}

/* Reads the bounding shape of a window whose inside begins at `x`,`y` of the root's plane. */
static bool read_shape(const struct shot_batch *batch, int asked, int32_t x, int32_t y,
	struct shot_region *shape, struct shot_error *err)
{
	size_t count;
	const xcb_rectangle_t *rects = shot_reply_shape(shot_batch_reply(batch, asked), &count);
	count = count <= SHAPE_RECTS ? count : 0;
	if (!shot_region_resize(shape, (unsigned)count, err)) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		shape->rects[i] = (struct shot_rect){
			x + rects[i].x, y + rects[i].y, rects[i].width, rects[i].height};
	}
	return true;
}

/* Reads the shapes of the window and of its toplevel, which limit its part of the pixmap. */
static bool read_shapes(struct shot_sought_window *sought, const struct shot_batch *batch,
	const struct shot_x11_window *top, struct shot_error *err)
{
	struct shot_rect outside = sought->found.outside;
	sought->found.shapes = sought->shapes;
	return read_shape(batch, sought->asked[0], sought->whole.x, sought->whole.y,
		       &sought->shapes[0], err) &&
	       read_shape(batch, sought->asked[1], outside.x + top->border, outside.y + top->border,
		       &sought->shapes[1], err);
}

void shot_sought_window_ask_top(
	struct shot_sought_window *sought, struct shot_display *display, struct shot_batch *batch)
{
	shot_toplevel_ask_pixmap(&sought->top, display, batch);
	shot_toplevel_ask_place(&sought->top, display, batch);
	sought->asked[0] = ask_shape(display, batch, sought->id);
	sought->asked[1] = ask_shape(display, batch, sought->top.window);
}

static bool read_top(const struct shot_sought_window *sought, const struct shot_display *display,
	const struct shot_batch *batch, struct shot_x11_window *window, struct shot_rect *outside)
{
	return shot_toplevel_read_place(
		&sought->top, display, batch, sought->whole, window, outside);
}

/* Lets the caller ask for the window again at `time`, or later if another window of the search
 * wants that; at most WAITS times. */
static bool try_again(
	struct shot_sought_window *sought, int64_t time, int64_t *settled, struct shot_error *err)
{
	if (sought->waits++ == WAITS) {
		return shot_fail(err, "EAGAIN",
			"window 0x%x was hidden, or got another frame, at each of %d attempts to "
			"capture its covered parts",
			sought->id, WAITS);
	}
	*settled = time > *settled ? time : *settled;
	return true;
}

/* Redirects a toplevel that has no pixmap yet, or lost it while it was not shown, or is new because
 * a manager has given the window another frame. */
static bool redirect(struct shot_sought_window *sought, struct shot_display *display,
	const xcb_generic_error_t *error, int64_t *settled, struct shot_error *err)
{
	if (error->error_code != XCB_MATCH) {
		return shot_fail_x(err, error, "cannot capture the covered parts of a window");
	}
	if (!try_again(sought, shot_clock_ns() + SETTLE, settled, err)) {
		return false;
	}
	if (sought->redirected == sought->top.window) {
		return true;
	}
	sought->redirected = sought->top.window;
	return shot_redirects_add(&display->redirects, display->xcb, sought->top.window, err);
}

bool shot_sought_window_read_top(struct shot_sought_window *sought, struct shot_display *display,
	const struct shot_batch *batch, int64_t *settled, struct shot_error *err)
{
	struct shot_x11_window top;
	struct shot_visual visual;
	if (!read_top(sought, display, batch, &top, &sought->found.outside)) {
		/* Its manager has destroyed this frame, or the window itself is gone. */
		return try_again(sought, shot_clock_ns(), settled, err);
	}
	if (!top.window.is_viewable) {
		return fail_hidden(&sought->found.window, err);
	}
	if (!shot_visual_read(
		    &visual, xcb_get_setup(display->xcb), display->screen, top.visual, err) ||
		!read_shapes(sought, batch, &top, err)) {
		return false;
	}
	sought->found.surface = (struct shot_surface){sought->top.window, visual.wire};
	shot_redirects_use(&display->redirects, sought->top.window);
	const xcb_generic_error_t *error = shot_toplevel_read_pixmap(&sought->top, batch);
	return !error || redirect(sought, display, error, settled, err);
}

void shot_sought_window_ask_again(
	struct shot_sought_window *sought, struct shot_display *display, struct shot_batch *batch)
{
	ask_window(sought, display, batch, SHOT_WINDOW_PLACE);
	if (sought->is_obscured) {
		shot_toplevel_ask_place(&sought->top, display, batch);
	}
}

bool shot_sought_window_has_stayed(const struct shot_sought_window *sought,
	const struct shot_display *display, const struct shot_batch *batch)
{
	const struct shot_rect before = sought->found.window.rect;
	struct shot_x11_window now, top;
	struct shot_rect outside;
	if (!shot_window_read(&sought->question, batch, &display->atoms, &now) ||
		!now.window.is_viewable) {
		return false;
	}
	if (!sought->is_obscured) {
		return shot_rect_equal(now.window.rect, before);
	}
	/* It may have moved together with its frame, which does not affect the pixmap. */
	return read_top(sought, display, batch, &top, &outside) && top.window.is_viewable &&
	       shot_rect_equal(outside, sought->found.outside) &&
	       now.window.rect.width == before.width && now.window.rect.height == before.height;
}
