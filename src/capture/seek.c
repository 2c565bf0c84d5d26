#include "capture/seek.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "x11/fail.h"

#define CLIMB 64			   /* levels from a window up to the root */
#define WAITS 8				   /* for a pixmap of a window, in one request */
#define SETTLE (SHOT_NS_PER_S / 10)	   /* for programs to paint what was covered so far */
#define IDLE (30 * (int64_t)SHOT_NS_PER_S) /* a window that nobody captures is let go */

struct shot_seek *shot_seek_create(struct shot_display *display, struct shot_redirects *redirects,
	const struct shot_target *targets, unsigned count, struct shot_error *err)
{
	struct shot_seek *seek = calloc(1, sizeof *seek);
	struct shot_seek_item *items = calloc(count, sizeof *items);
	if (!seek || !items) {
		free(seek);
		free(items);
		shot_fail_errno(err, ENOMEM, "cannot look for %u windows", count);
		return NULL;
	}
	*seek = (struct shot_seek){
		.display = display, .redirects = redirects, .count = count, .items = items};
	for (unsigned i = 0; i < count; i++) {
		bool is_window = targets[i].kind == SHOT_TARGET_WINDOW;
		items[i].id = is_window ? targets[i].window : XCB_NONE;
		items[i].is_obscured = is_window && targets[i].is_obscured;
	}
	return seek;
}

void shot_seek_destroy(struct shot_seek *seek)
{
	if (seek) {
		shot_batch_finish(&seek->batch, seek->display->xcb);
		free(seek->items);
		free(seek);
	}
}

static void ask_window(
	struct shot_seek *seek, struct shot_seek_item *item, enum shot_window_detail detail)
{
	shot_window_ask(&item->question, &seek->batch, seek->display->xcb, seek->display->root,
		&seek->display->atoms, item->id, detail);
}

static void ask_windows(struct shot_seek *seek)
{
	seek->step = SHOT_SEEK_WINDOWS;
	seek->climbed = 0;
	for (unsigned i = 0; i < seek->count; i++) {
		if (seek->items[i].id) {
			ask_window(seek, &seek->items[i], SHOT_WINDOW_TITLE);
		}
	}
}

void shot_seek_begin(struct shot_seek *seek)
{
	shot_batch_finish(&seek->batch, seek->display->xcb);
	shot_redirects_end(seek->redirects, seek->display->xcb, IDLE);
	if (seek->display->atoms.are_known) {
		ask_windows(seek);
	} else {
		seek->step = SHOT_SEEK_ATOMS;
		shot_atoms_ask(&seek->batch, seek->display->xcb);
	}
}

static bool fail_hidden(const struct shot_window *window, struct shot_error *err)
{
	return shot_fail(err, "EHIDDEN",
		"window 0x%x ('%.100s') is not shown: it is minimized, or on another desktop, or "
		"not there yet",
		window->id, window->title);
}

/* Ask who the parent is of each window that may not be the root's child; how many. */
static unsigned ask_parents(struct shot_seek *seek)
{
	unsigned asked = 0;
	for (unsigned i = 0; i < seek->count; i++) {
		if (seek->items[i].top.is_below) {
			shot_top_ask_parent(&seek->items[i].top, seek->display, &seek->batch);
			asked++;
		}
	}
	return asked;
}

static bool read_windows(struct shot_seek *seek, struct shot_error *err)
{
	for (unsigned i = 0; i < seek->count; i++) {
		struct shot_seek_item *item = &seek->items[i];
		struct shot_window *window = &item->sight.window;
		if (!item->id) {
			continue;
		}
		if (!shot_window_read(
			    &item->question, &seek->batch, &seek->display->atoms, window)) {
			return shot_fail(err, "ENOWINDOW", "there is no window 0x%x", item->id);
		}
		if (!window->is_viewable) {
			return fail_hidden(window, err);
		}
		if (item->is_obscured && !seek->display->has_composite) {
			return shot_fail(err, "ENOTSUP",
				"cannot capture what is covered of a window: the X server lacks "
				"Composite 0.2");
		}
		if (item->is_obscured) {
			shot_top_begin(&item->top, seek->display, item->id, window->parent);
		}
	}
	return true;
}

static void read_parents(struct shot_seek *seek)
{
	for (unsigned i = 0; i < seek->count; i++) {
		if (seek->items[i].top.is_below) {
			shot_top_read_parent(&seek->items[i].top, seek->display, &seek->batch);
		}
	}
}

static unsigned ask_tops(struct shot_seek *seek)
{
	unsigned asked = 0;
	seek->step = SHOT_SEEK_TOPS;
	for (unsigned i = 0; i < seek->count; i++) {
		struct shot_seek_item *item = &seek->items[i];
		if (item->is_obscured) {
			shot_top_ask_pixmap(
				&item->top, seek->display, &seek->batch, seek->redirects);
			shot_top_ask_place(&item->top, seek->display, &seek->batch);
			asked++;
		}
	}
	return asked;
}

static bool read_top(const struct shot_seek *seek, const struct shot_seek_item *item,
	struct shot_window *window, struct shot_rect *outside)
{
	return shot_top_read_place(
		&item->top, seek->display, &seek->batch, item->sight.window.whole, window, outside);
}

/* It has no pixmap so far, or had none for a moment in which it was not shown; or it is another
 * one, as a manager may frame a window anew. */
static bool redirect(struct shot_seek *seek, struct shot_seek_item *item,
	const xcb_generic_error_t *error, struct shot_error *err)
{
	if (error->error_code != XCB_MATCH) {
		return shot_fail_x(err, error, "cannot capture what is covered of a window");
	}
	if (item->waits++ == WAITS) {
		return shot_fail(err, "EAGAIN",
			"window 0x%x was hidden, or framed anew, at each of %d attempts to "
			"capture what is covered of it",
			item->id, WAITS);
	}
	seek->settled = shot_clock_ns() + SETTLE;
	if (item->redirected == item->top.window) {
		return true;
	}
	item->redirected = item->top.window;
	return shot_redirects_add(seek->redirects, seek->display->xcb, item->top.window, err);
}

/* Windows that have no pixmap of their own get one, which takes its time. */
static bool read_tops(struct shot_seek *seek, struct shot_error *err)
{
	struct shot_display *display = seek->display;
	seek->settled = 0;
	for (unsigned i = 0; i < seek->count; i++) {
		struct shot_seek_item *item = &seek->items[i];
		struct shot_window top;
		if (!item->is_obscured) {
			continue;
		}
		if (!read_top(seek, item, &top, &item->sight.outside)) {
			return shot_fail(err, "ENOWINDOW", "there is no window 0x%x", item->id);
		}
		if (!top.is_viewable) {
			return fail_hidden(&item->sight.window, err);
		}
		if (!shot_visual_read(&item->sight.visual, xcb_get_setup(display->xcb),
			    display->screen, top.visual, err)) {
			return false;
		}
		item->sight.top = item->top.window;
		shot_redirects_use(seek->redirects, item->top.window);
		const xcb_generic_error_t *error = shot_top_read_pixmap(&item->top, &seek->batch);
		if (error && !redirect(seek, item, error, err)) {
			return false;
		}
	}
	return true;
}

/* On with the parents of what is obscured, then with its tops: 1 when nothing is. */
static int climb(struct shot_seek *seek)
{
	shot_batch_finish(&seek->batch, seek->display->xcb);
	seek->step = SHOT_SEEK_CLIMB;
	if (seek->climbed++ < CLIMB && ask_parents(seek) > 0) {
		return 0;
	}
	return ask_tops(seek) > 0 ? 0 : 1;
}

/* The answers of this step are in: read them and ask on. 1 all is known. */
static int advance(struct shot_seek *seek, struct shot_error *err)
{
	xcb_connection_t *xcb = seek->display->xcb;
	switch (seek->step) {
	case SHOT_SEEK_ATOMS:
		shot_atoms_read(&seek->display->atoms, &seek->batch);
		shot_batch_finish(&seek->batch, xcb);
		ask_windows(seek);
		return 0;
	case SHOT_SEEK_WINDOWS:
		return read_windows(seek, err) ? climb(seek) : -1;
	case SHOT_SEEK_CLIMB:
		read_parents(seek);
		return climb(seek);
	default:
		if (!read_tops(seek, err)) {
			return -1;
		}
		shot_batch_finish(&seek->batch, xcb);
		seek->step = SHOT_SEEK_SETTLE;
		return seek->settled ? 0 : 1;
	}
}

int shot_seek_poll(struct shot_seek *seek, struct shot_error *err)
{
	xcb_connection_t *xcb = seek->display->xcb;
	int done = 0;
	while (done == 0) {
		if (seek->step == SHOT_SEEK_SETTLE) {
			if (shot_clock_ns() < seek->settled) {
				return 0;
			}
			ask_windows(seek); /* they may be elsewhere by now */
			xcb_flush(xcb);
		}
		if (!shot_batch_poll(&seek->batch, xcb)) {
			return 0;
		}
		if (xcb_connection_has_error(xcb)) {
			shot_fail_lost(err, xcb);
			done = -1;
		} else {
			done = advance(seek, err);
			xcb_flush(xcb);
		}
	}
	shot_batch_finish(&seek->batch, xcb);
	seek->step = SHOT_SEEK_IDLE;
	return done;
}

int64_t shot_seek_wake(const struct shot_seek *seek)
{
	return seek->step == SHOT_SEEK_SETTLE ? seek->settled : SHOT_FOREVER;
}

const struct shot_sight *shot_seek_sight(const struct shot_seek *seek, unsigned i)
{
	return seek->items[i].id ? &seek->items[i].sight : NULL;
}

void shot_seek_ask_again(struct shot_seek *seek)
{
	shot_batch_finish(&seek->batch, seek->display->xcb);
	for (unsigned i = 0; i < seek->count; i++) {
		struct shot_seek_item *item = &seek->items[i];
		if (item->id) {
			ask_window(seek, item, SHOT_WINDOW_PLACE);
		}
		if (item->is_obscured) {
			shot_top_ask_place(&item->top, seek->display, &seek->batch);
		}
	}
}

static bool is_same(const struct shot_seek *seek, const struct shot_seek_item *item)
{
	const struct shot_rect before = item->sight.window.rect;
	struct shot_window now, top;
	struct shot_rect outside;
	if (!shot_window_read(&item->question, &seek->batch, &seek->display->atoms, &now) ||
		!now.is_viewable) {
		return false;
	}
	if (!item->is_obscured) {
		return shot_rect_equal(now.rect, before);
	}
	/* It may have been moved together with its frame: the pixmap does not mind. */
	return read_top(seek, item, &top, &outside) && top.is_viewable &&
	       shot_rect_equal(outside, item->sight.outside) && now.rect.width == before.width &&
	       now.rect.height == before.height;
}

int shot_seek_poll_again(struct shot_seek *seek, bool *same, struct shot_error *err)
{
	xcb_connection_t *xcb = seek->display->xcb;
	if (!shot_batch_poll(&seek->batch, xcb)) {
		return 0;
	}
	bool is_lost = xcb_connection_has_error(xcb) && !shot_fail_lost(err, xcb);
	*same = true;
	for (unsigned i = 0; !is_lost && i < seek->count; i++) {
		*same = *same && (!seek->items[i].id || is_same(seek, &seek->items[i]));
	}
	shot_batch_finish(&seek->batch, xcb);
	return is_lost ? -1 : 1;
}
