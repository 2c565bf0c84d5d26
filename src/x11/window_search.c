#include "x11/window_search.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <xcb/shape.h>

#include "base/clock.h"
#include "x11/colors.h"
#include "x11/display.h"
#include "x11/fail.h"
#include "x11/io.h"
#include "x11/reply.h"
#include "x11/toplevel.h"

#define CLIMB 64			   /* levels from a window up to the root */
#define WAITS 8				   /* for a pixmap of a window, in one request */
#define SHAPE_RECTS 4096		   /* a window with more counts as unshaped */
#define SETTLE (SHOT_NS_PER_S / 10)	   /* for programs to paint the parts that were covered */
#define IDLE (30 * (int64_t)SHOT_NS_PER_S) /* the redirection of an unused window ends */

struct shot_window_search {
	struct shot_display *display;
	enum {
		SEARCH_IDLE,
		SEARCH_ATOMS,
		SEARCH_WINDOWS,
		SEARCH_COLORS,
		SEARCH_CLIMB,
		SEARCH_TOPS,
		SEARCH_SETTLE,
	} step;
	int64_t settled; /* the time at which windows that were just redirected are painted */
	unsigned climbed;
	struct shot_batch batch;
	unsigned count;
	struct item {
		xcb_window_t id; /* 0: this target is not a window */
		bool is_obscured;
		xcb_window_t redirected; /* the last toplevel that this search redirected */
		unsigned waits;		 /* for a pixmap */
		struct shot_window_question question;
		xcb_colormap_t colors; /* of a window whose pixels go through a color map; else 0 */
		int colors_asked;
		struct shot_rect whole;	  /* of the window, with its margin */
		struct shot_toplevel top; /* of an obscured target */
		int asked[2];		  /* for the shapes of the window and of its toplevel */
		struct shot_region shapes[2];
		struct shot_window_place found;
	} * items;
};

struct shot_window_search *shot_window_search_create(struct shot_source *source,
	const struct shot_target *targets, unsigned count, struct shot_error *err)
{
	struct shot_window_search *search = calloc(1, sizeof *search);
	struct item *items = calloc(count, sizeof *items);
	if (!search || !items) {
		free(search);
		free(items);
		shot_fail_errno(err, ENOMEM, "cannot look for %u windows", count);
		return NULL;
	}
	*search = (struct shot_window_search){
		.display = shot_display_of(source), .count = count, .items = items};
	for (unsigned i = 0; i < count; i++) {
		bool is_window = targets[i].kind == SHOT_TARGET_WINDOW;
		items[i].id = is_window ? targets[i].window : XCB_NONE;
		items[i].is_obscured = is_window && targets[i].is_obscured;
	}
	return search;
}

void shot_window_search_destroy(struct shot_window_search *search)
{
	shot_batch_finish(&search->batch, search->display->xcb);
	for (unsigned i = 0; i < search->count; i++) {
		shot_region_finish(&search->items[i].shapes[0]);
		shot_region_finish(&search->items[i].shapes[1]);
	}
	free(search->items);
	free(search);
}

static void ask_window(
	struct shot_window_search *search, struct item *item, enum shot_window_detail detail)
{
	shot_window_ask(&item->question, &search->batch, search->display->xcb,
		search->display->root, &search->display->atoms, item->id, detail);
}

static void ask_windows(struct shot_window_search *search)
{
	search->step = SEARCH_WINDOWS;
	search->climbed = 0;
	for (unsigned i = 0; i < search->count; i++) {
		if (search->items[i].id) {
			ask_window(search, &search->items[i], SHOT_WINDOW_TITLE);
		}
	}
}

void shot_window_search_begin(struct shot_window_search *search)
{
	shot_batch_finish(&search->batch, search->display->xcb);
	shot_redirects_end(&search->display->redirects, search->display->xcb, IDLE);
	if (search->display->atoms.are_known) {
		ask_windows(search);
	} else {
		search->step = SEARCH_ATOMS;
		shot_atoms_ask(&search->batch, search->display->xcb);
	}
}

static bool fail_hidden(const struct shot_window *window, struct shot_error *err)
{
	return shot_fail(err, "EHIDDEN",
		"window 0x%x ('%.100s') is not shown: it is minimized, or on another desktop, or "
		"not there yet",
		window->id, window->title);
}

/* Asks for the parent of each window that may not be the root's child; returns their number. */
static unsigned ask_parents(struct shot_window_search *search)
{
	unsigned asked = 0;
	for (unsigned i = 0; i < search->count; i++) {
		if (search->items[i].top.is_below) {
			shot_toplevel_ask_parent(
				&search->items[i].top, search->display, &search->batch);
			asked++;
		}
	}
	return asked;
}

/* False for windows that can never have a pixmap. */
static bool has_picture(const struct shot_window_search *search, xcb_window_t id,
	const struct shot_x11_window *own, struct shot_error *err)
{
	if (id == search->display->root) {
		return shot_fail(err, "ENOTSUP",
			"window 0x%x is the root window, which no window covers: capture it without "
			"obscured",
			id);
	}
	return !own->is_input_only ||
	       shot_fail(err, "ENOTSUP", "window 0x%x is for input only: it has no picture", id);
}

static bool read_windows(struct shot_window_search *search, struct shot_error *err)
{
	for (unsigned i = 0; i < search->count; i++) {
		struct item *item = &search->items[i];
		struct shot_x11_window own;
		if (!item->id) {
			continue;
		}
		if (!shot_window_read(
			    &item->question, &search->batch, &search->display->atoms, &own)) {
			return shot_fail(err, "ENOWINDOW", "there is no window 0x%x", item->id);
		}
		item->found.window = own.window;
		item->whole = own.whole;
		struct shot_visual visual;
		struct shot_error other; /* the failure is reported where it matters */
		bool is_mapped = shot_visual_read(&visual, xcb_get_setup(search->display->xcb),
					 search->display->screen, own.visual, &other) &&
				 visual.is_mapped;
		item->colors = is_mapped ? own.colors : XCB_NONE;
		if (!own.window.is_viewable) {
			return fail_hidden(&own.window, err);
		}
		if (item->is_obscured && !search->display->has_composite) {
			return shot_fail(err, "ENOTSUP",
				"cannot capture the covered parts of a window: the X server lacks "
				"Composite 0.2");
		}
		if (item->is_obscured && !has_picture(search, item->id, &own, err)) {
			return false;
		}
		if (item->is_obscured) {
			shot_toplevel_begin(&item->top, search->display, item->id, own.parent);
		}
	}
	return true;
}

static void read_parents(struct shot_window_search *search)
{
	for (unsigned i = 0; i < search->count; i++) {
		if (search->items[i].top.is_below) {
			shot_toplevel_read_parent(
				&search->items[i].top, search->display, &search->batch);
		}
	}
}

static int ask_shape(struct shot_window_search *search, xcb_window_t window)
{
	xcb_connection_t *xcb = search->display->xcb;
	return search->display->has_shape
		       ? shot_batch_add(&search->batch, xcb,
				 xcb_shape_get_rectangles(xcb, window, XCB_SHAPE_SK_BOUNDING)
					 .sequence)
		       : -1;
}

/* Reads the bounding shape of a window whose inside begins at `x`,`y` of the root's plane. */
static bool read_shape(struct shot_window_search *search, int asked, int32_t x, int32_t y,
	struct shot_region *shape, struct shot_error *err)
{
	size_t count;
	const xcb_rectangle_t *rects =
		shot_reply_shape(shot_batch_reply(&search->batch, asked), &count);
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
static bool read_shapes(struct shot_window_search *search, struct item *item,
	const struct shot_x11_window *top, struct shot_error *err)
{
	struct shot_rect outside = item->found.outside;
	item->found.shapes = item->shapes;
	return read_shape(search, item->asked[0], item->whole.x, item->whole.y, &item->shapes[0],
		       err) &&
	       read_shape(search, item->asked[1], outside.x + top->border, outside.y + top->border,
		       &item->shapes[1], err);
}

static unsigned ask_tops(struct shot_window_search *search)
{
	unsigned asked = 0;
	search->step = SEARCH_TOPS;
	for (unsigned i = 0; i < search->count; i++) {
		struct item *item = &search->items[i];
		if (item->is_obscured) {
			shot_toplevel_ask_pixmap(&item->top, search->display, &search->batch);
			shot_toplevel_ask_place(&item->top, search->display, &search->batch);
			item->asked[0] = ask_shape(search, item->id);
			item->asked[1] = ask_shape(search, item->top.window);
			asked++;
		}
	}
	return asked;
}

static bool read_top(const struct shot_window_search *search, const struct item *item,
	struct shot_x11_window *window, struct shot_rect *outside)
{
	return shot_toplevel_read_place(
		&item->top, search->display, &search->batch, item->whole, window, outside);
}

/* Redirects a toplevel that has no pixmap yet, or lost it while it was not shown, or is new because
 * a manager has given the window another frame. */
static bool redirect(struct shot_window_search *search, struct item *item,
	const xcb_generic_error_t *error, struct shot_error *err)
{
	if (error->error_code != XCB_MATCH) {
		return shot_fail_x(err, error, "cannot capture the covered parts of a window");
	}
	if (item->waits++ == WAITS) {
		return shot_fail(err, "EAGAIN",
			"window 0x%x was hidden, or got another frame, at each of %d attempts to "
			"capture its covered parts",
			item->id, WAITS);
	}
	search->settled = shot_clock_ns() + SETTLE;
	if (item->redirected == item->top.window) {
		return true;
	}
	item->redirected = item->top.window;
	return shot_redirects_add(
		&search->display->redirects, search->display->xcb, item->top.window, err);
}

/* Reads the toplevels; a toplevel without a pixmap gets one, which takes time. */
static bool read_tops(struct shot_window_search *search, struct shot_error *err)
{
	struct shot_display *display = search->display;
	search->settled = 0;
	for (unsigned i = 0; i < search->count; i++) {
		struct item *item = &search->items[i];
		struct shot_x11_window top;
		if (!item->is_obscured) {
			continue;
		}
		if (!read_top(search, item, &top, &item->found.outside)) {
			return shot_fail(err, "ENOWINDOW", "there is no window 0x%x", item->id);
		}
		if (!top.window.is_viewable) {
			return fail_hidden(&item->found.window, err);
		}
		struct shot_visual visual;
		if (!shot_visual_read(&visual, xcb_get_setup(display->xcb), display->screen,
			    top.visual, err)) {
			return false;
		}
		if (!read_shapes(search, item, &top, err)) {
			return false;
		}
		item->found.surface = (struct shot_surface){item->top.window, visual.wire};
		shot_redirects_use(&search->display->redirects, item->top.window);
		const xcb_generic_error_t *error =
			shot_toplevel_read_pixmap(&item->top, &search->batch);
		if (error && !redirect(search, item, error, err)) {
			return false;
		}
	}
	return true;
}

/* Continues with the parents of obscured windows, then with their toplevels; done when there are
 * none. */
static enum shot_poll climb(struct shot_window_search *search)
{
	shot_batch_finish(&search->batch, search->display->xcb);
	search->step = SEARCH_CLIMB;
	if (search->climbed++ < CLIMB && ask_parents(search) > 0) {
		return SHOT_POLL_WAITING;
	}
	return ask_tops(search) > 0 ? SHOT_POLL_WAITING : SHOT_POLL_DONE;
}

/* Queries the color maps of windows that have one; done when none has. */
static enum shot_poll ask_colors(struct shot_window_search *search)
{
	enum shot_poll outcome = SHOT_POLL_DONE;
	xcb_connection_t *xcb = search->display->xcb;
	shot_batch_finish(&search->batch, xcb);
	for (unsigned i = 0; i < search->count; i++) {
		struct item *item = &search->items[i];
		if (item->id && item->colors) {
			item->colors_asked = shot_batch_add(
				&search->batch, xcb, shot_colors_ask(xcb, item->colors));
			shot_io_flush(xcb); /* a KiB, and there may be thousands */
			search->step = SEARCH_COLORS;
			outcome = SHOT_POLL_WAITING;
		}
	}
	return outcome;
}

static bool read_colors(const struct shot_window_search *search, struct shot_error *err)
{
	for (unsigned i = 0; i < search->count; i++) {
		const struct item *item = &search->items[i];
		char what[24];
		snprintf(what, sizeof what, "window 0x%x", item->id);
		if (item->id && item->colors &&
			!shot_colors_check(
				shot_batch_reply(&search->batch, item->colors_asked), what, err)) {
			return false;
		}
	}
	return true;
}

/* Runs when the answers of this step have arrived: reads them and asks further. Done: everything is
 * known. */
static enum shot_poll advance(struct shot_window_search *search, struct shot_error *err)
{
	xcb_connection_t *xcb = search->display->xcb;
	switch (search->step) {
	case SEARCH_ATOMS:
		shot_atoms_read(&search->display->atoms, &search->batch);
		shot_batch_finish(&search->batch, xcb);
		ask_windows(search);
		return SHOT_POLL_WAITING;
	case SEARCH_WINDOWS:
		if (!read_windows(search, err)) {
			return SHOT_POLL_FAILED;
		}
		return ask_colors(search) == SHOT_POLL_DONE ? climb(search) : SHOT_POLL_WAITING;
	case SEARCH_COLORS:
		return read_colors(search, err) ? climb(search) : SHOT_POLL_FAILED;
	case SEARCH_CLIMB:
		read_parents(search);
		return climb(search);
	default:
		if (!read_tops(search, err)) {
			return SHOT_POLL_FAILED;
		}
		shot_batch_finish(&search->batch, xcb);
		search->step = SEARCH_SETTLE;
		return search->settled ? SHOT_POLL_WAITING : SHOT_POLL_DONE;
	}
}

enum shot_poll shot_window_search_poll(struct shot_window_search *search, struct shot_error *err)
{
	xcb_connection_t *xcb = search->display->xcb;
	enum shot_poll outcome = SHOT_POLL_WAITING;
	while (outcome == SHOT_POLL_WAITING) {
		if (search->step == SEARCH_SETTLE) {
			if (shot_clock_ns() < search->settled) {
				return SHOT_POLL_WAITING;
			}
			ask_windows(search); /* they may have moved */
			shot_io_flush(xcb);
		}
		if (!shot_batch_poll(&search->batch, xcb)) {
			return SHOT_POLL_WAITING;
		}
		if (xcb_connection_has_error(xcb)) {
			shot_fail_lost(err, xcb);
			outcome = SHOT_POLL_FAILED;
		} else {
			outcome = advance(search, err);
			shot_io_flush(xcb);
		}
	}
	shot_batch_finish(&search->batch, xcb);
	search->step = SEARCH_IDLE;
	return outcome;
}

int64_t shot_window_search_wake(const struct shot_window_search *search)
{
	return search->step == SEARCH_SETTLE ? search->settled : SHOT_FOREVER;
}

const struct shot_window_place *shot_window_search_place(
	const struct shot_window_search *search, unsigned i)
{
	return search->items[i].id ? &search->items[i].found : NULL;
}

void shot_window_search_ask_again(struct shot_window_search *search)
{
	shot_batch_finish(&search->batch, search->display->xcb);
	for (unsigned i = 0; i < search->count; i++) {
		struct item *item = &search->items[i];
		if (item->id) {
			ask_window(search, item, SHOT_WINDOW_PLACE);
		}
		if (item->is_obscured) {
			shot_toplevel_ask_place(&item->top, search->display, &search->batch);
		}
	}
}

static bool is_same(const struct shot_window_search *search, const struct item *item)
{
	const struct shot_rect before = item->found.window.rect;
	struct shot_x11_window now, top;
	struct shot_rect outside;
	if (!shot_window_read(&item->question, &search->batch, &search->display->atoms, &now) ||
		!now.window.is_viewable) {
		return false;
	}
	if (!item->is_obscured) {
		return shot_rect_equal(now.window.rect, before);
	}
	/* It may have moved together with its frame, which does not affect the pixmap. */
	return read_top(search, item, &top, &outside) && top.window.is_viewable &&
	       shot_rect_equal(outside, item->found.outside) &&
	       now.window.rect.width == before.width && now.window.rect.height == before.height;
}

enum shot_poll shot_window_search_poll_again(
	struct shot_window_search *search, bool *same, struct shot_error *err)
{
	xcb_connection_t *xcb = search->display->xcb;
	if (!shot_batch_poll(&search->batch, xcb)) {
		return SHOT_POLL_WAITING;
	}
	bool is_lost = xcb_connection_has_error(xcb) && !shot_fail_lost(err, xcb);
	*same = true;
	for (unsigned i = 0; !is_lost && i < search->count; i++) {
		*same = *same && (!search->items[i].id || is_same(search, &search->items[i]));
	}
	shot_batch_finish(&search->batch, xcb);
	return is_lost ? SHOT_POLL_FAILED : SHOT_POLL_DONE;
}
