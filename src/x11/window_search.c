#include "x11/window_search.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "x11/display.h"
#include "x11/fail.h"
#include "x11/io.h"
#include "x11/sought_window.h"

#define CLIMB 64			   /* levels from a window up to the root */
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
	struct shot_sought_window *windows; /* one for each target; `id` 0: it is not a window */
};

struct shot_window_search *shot_window_search_create(struct shot_source *source,
	const struct shot_target *targets, unsigned count, struct shot_error *err)
{
	struct shot_window_search *search = calloc(1, sizeof *search);
	struct shot_sought_window *windows = calloc(count, sizeof *windows);
	if (!search || !windows) {
		free(search);
		free(windows);
		shot_fail_errno(err, ENOMEM, "cannot look for %u windows", count);
		return NULL;
	}
	*search = (struct shot_window_search){
		.display = shot_display_of(source), .count = count, .windows = windows};
	for (unsigned i = 0; i < count; i++) {
		if (targets[i].kind == SHOT_TARGET_WINDOW) {
			shot_sought_window_init(&windows[i], &targets[i]);
		}
	}
	return search;
}

void shot_window_search_destroy(struct shot_window_search *search)
{
	shot_batch_finish(&search->batch, search->display->xcb);
	for (unsigned i = 0; i < search->count; i++) {
		shot_sought_window_finish(&search->windows[i]);
	}
	free(search->windows);
	free(search);
}

/* The next window at or after `*i`, which is moved behind it; NULL when there is none. */
static struct shot_sought_window *next_window(const struct shot_window_search *search, unsigned *i)
{
	while (*i < search->count) {
		struct shot_sought_window *window = &search->windows[(*i)++];
		if (window->id) {
			return window;
		}
	}
	return NULL;
}

static void ask_windows(struct shot_window_search *search)
{
	struct shot_sought_window *window;
	search->step = SEARCH_WINDOWS;
	search->climbed = 0;
	for (unsigned i = 0; (window = next_window(search, &i));) {
		shot_sought_window_ask(window, search->display, &search->batch);
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

static bool read_windows(struct shot_window_search *search, struct shot_error *err)
{
	struct shot_sought_window *window;
	for (unsigned i = 0; (window = next_window(search, &i));) {
		if (!shot_sought_window_read(window, search->display, &search->batch, err)) {
			return false;
		}
	}
	return true;
}

/* Asks for the parent of each window that may not be the root's child; returns their number. */
static unsigned ask_parents(struct shot_window_search *search)
{
	unsigned asked = 0;
	for (unsigned i = 0; i < search->count; i++) {
		struct shot_toplevel *top = &search->windows[i].top;
		if (top->is_below) {
			shot_toplevel_ask_parent(top, search->display, &search->batch);
			asked++;
		}
	}
	return asked;
}

static void read_parents(struct shot_window_search *search)
{
	for (unsigned i = 0; i < search->count; i++) {
		struct shot_toplevel *top = &search->windows[i].top;
		if (top->is_below) {
			shot_toplevel_read_parent(top, search->display, &search->batch);
		}
	}
}

static unsigned ask_tops(struct shot_window_search *search)
{
	unsigned asked = 0;
	search->step = SEARCH_TOPS;
	for (unsigned i = 0; i < search->count; i++) {
		struct shot_sought_window *window = &search->windows[i];
		if (window->is_obscured) {
			shot_sought_window_ask_top(window, search->display, &search->batch);
			asked++;
		}
	}
	return asked;
}

/* Reads the toplevels; a toplevel without a pixmap gets one, which takes time. */
static bool read_tops(struct shot_window_search *search, struct shot_error *err)
{
	search->settled = 0;
	for (unsigned i = 0; i < search->count; i++) {
		struct shot_sought_window *window = &search->windows[i];
		if (window->is_obscured && !shot_sought_window_read_top(window, search->display,
						   &search->batch, &search->settled, err)) {
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
	struct shot_sought_window *window;
	enum shot_poll outcome = SHOT_POLL_DONE;
	shot_batch_finish(&search->batch, search->display->xcb);
	for (unsigned i = 0; (window = next_window(search, &i));) {
		if (window->colors) {
			shot_sought_window_ask_colors(window, search->display, &search->batch);
			shot_io_flush(search->display->xcb); /* a KiB, and there may be thousands */
			search->step = SEARCH_COLORS;
			outcome = SHOT_POLL_WAITING;
		}
	}
	return outcome;
}

static bool read_colors(const struct shot_window_search *search, struct shot_error *err)
{
	struct shot_sought_window *window;
	for (unsigned i = 0; (window = next_window(search, &i));) {
		if (window->colors &&
			!shot_sought_window_read_colors(window, &search->batch, err)) {
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
	return search->windows[i].id ? &search->windows[i].found : NULL;
}

void shot_window_search_ask_again(struct shot_window_search *search)
{
	struct shot_sought_window *window;
	shot_batch_finish(&search->batch, search->display->xcb);
	for (unsigned i = 0; (window = next_window(search, &i));) {
		shot_sought_window_ask_again(window, search->display, &search->batch);
	}
}

enum shot_poll shot_window_search_poll_again(
	struct shot_window_search *search, bool *same, struct shot_error *err)
{
	xcb_connection_t *xcb = search->display->xcb;
	struct shot_sought_window *window;
	if (!shot_batch_poll(&search->batch, xcb)) {
		return SHOT_POLL_WAITING;
	}
	bool is_lost = xcb_connection_has_error(xcb) && !shot_fail_lost(err, xcb);
	*same = true;
	for (unsigned i = 0; !is_lost && *same && (window = next_window(search, &i));) {
		*same = shot_sought_window_has_stayed(window, search->display, &search->batch);
	}
	shot_batch_finish(&search->batch, xcb);
	return is_lost ? SHOT_POLL_FAILED : SHOT_POLL_DONE;
}
