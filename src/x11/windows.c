#include "x11/windows.h"

#include <errno.h>
#include <stdlib.h>

#include "x11/fail.h"
#include "x11/property.h"

#define CLIMB 64 /* levels from a focused window up to one that is listed */

/* The places of the root's answers in its batch. */
enum { MANAGER, ACTIVE, STACKING, LIST, TREE, FOCUS, POINTER };

static void hear_nothing(struct shot_listener *listener, const xcb_generic_event_t *event)
{
	(void)listener;
	(void)event;
}

/* Let go of the display, which goes on or is being closed. */
static void leave(struct shot_windows *windows)
{
	struct shot_display *display = windows->display;
	if (display) {
		shot_batch_finish(&windows->batch, display->xcb);
		shot_batch_finish(&windows->root, display->xcb);
		shot_window_tree_finish(&windows->tree, display->xcb);
		free(windows->questions);
		windows->questions = NULL;
		windows->display = NULL;
	}
}

static void part(struct shot_listener *listener)
{
	struct shot_windows *windows =
		(struct shot_windows *)((char *)listener - offsetof(struct shot_windows, listener));
	leave(windows);
	windows->is_lost = true;
}

static void ask_root(struct shot_windows *windows)
{
	struct shot_display *display = windows->display;
	xcb_connection_t *xcb = display->xcb;
	const struct {
		enum shot_atom name;
		uint32_t words;
	} properties[] = {
		[MANAGER] = {SHOT_ATOM_SUPPORTING_WM_CHECK, 1},
		[ACTIVE] = {SHOT_ATOM_ACTIVE_WINDOW, 1},
		[STACKING] = {SHOT_ATOM_CLIENT_LIST_STACKING, 65536},
		[LIST] = {SHOT_ATOM_CLIENT_LIST, 65536},
	};
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
		xcb_atom_t name = display->atoms.ids[properties[i].name];
		shot_batch_add(&windows->root, xcb,
			xcb_get_property(xcb, 0, display->root, name, XCB_ATOM_WINDOW, 0,
				properties[i].words)
				.sequence);
	}
	shot_batch_add(&windows->root, xcb, xcb_query_tree(xcb, display->root).sequence);
	shot_batch_add(&windows->root, xcb, xcb_get_input_focus(xcb).sequence);
	shot_batch_add(&windows->root, xcb, xcb_query_pointer(xcb, display->root).sequence);
	windows->step = SHOT_WINDOWS_ROOT;
}

bool shot_windows_begin(struct shot_windows *windows, struct shot_display *display, bool wants_list,
	struct shot_error *err)
{
	*windows = (struct shot_windows){
		.listener = {.hear = hear_nothing, .part = part},
		.display = display,
		.wants_list = wants_list,
	};
	if (xcb_connection_has_error(display->xcb)) {
		windows->display = NULL;
		return shot_fail_lost(err, display->xcb);
	}
	shot_display_listen(display, &windows->listener);
	if (display->atoms.are_known) {
		ask_root(windows);
	} else {
		windows->step = SHOT_WINDOWS_ATOMS;
		shot_atoms_ask(&windows->batch, display->xcb);
	}
	xcb_flush(display->xcb);
	return true;
}

static struct shot_property root_property(const struct shot_windows *windows, int which)
{
	return shot_property_of(shot_batch_reply(&windows->root, which));
}

/* A manager's list is from the bottom up; ours from the top down, without what is too much. */
static void take_list(struct shot_windows *windows)
{
	struct shot_property stacking = root_property(windows, STACKING);
	struct shot_property list = root_property(windows, LIST);
	if (stacking.size == 0) {
		stacking = list;
	}
	size_t size = SHOT_WINDOWS * sizeof(uint32_t);
	if (stacking.size > size) {
		stacking.data = (const char *)stacking.data + (stacking.size - size);
		stacking.size = size;
	}
	windows->asked = shot_property_windows(&stacking, windows->ids, SHOT_WINDOWS);
	for (size_t i = 0; i < windows->asked / 2; i++) {
		xcb_window_t swapped = windows->ids[i];
		windows->ids[i] = windows->ids[windows->asked - 1 - i];
		windows->ids[windows->asked - 1 - i] = swapped;
	}
}

/* Ask about all that is in `ids`; answers follow those that the batch awaits already. */
static bool ask_details(struct shot_windows *windows, struct shot_error *err)
{
	struct shot_display *display = windows->display;
	windows->questions = calloc(windows->asked + 1, sizeof *windows->questions);
	if (!windows->questions) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu windows", windows->asked);
	}
	for (size_t i = 0; i < windows->asked; i++) {
		shot_window_ask(&windows->questions[i], &windows->batch, display->xcb,
			display->root, &display->atoms, windows->ids[i], SHOT_WINDOW_ALL);
	}
	return true;
}

/* What a manager has left on the root when it ended is no list: the window that it names as its own
 * must name itself, too. */
static bool ask_manager(struct shot_windows *windows, struct shot_error *err)
{
	struct shot_display *display = windows->display;
	xcb_atom_t name = display->atoms.ids[SHOT_ATOM_SUPPORTING_WM_CHECK];
	shot_batch_add(&windows->batch, display->xcb,
		xcb_get_property(display->xcb, 0, windows->manager, name, XCB_ATOM_WINDOW, 0, 1)
			.sequence);
	windows->step = SHOT_WINDOWS_MANAGED;
	if (!windows->wants_list) {
		return true;
	}
	take_list(windows);
	return ask_details(windows, err);
}

static bool begin_walk(struct shot_windows *windows, struct shot_error *err)
{
	const xcb_query_tree_reply_t *tree = shot_batch_reply(&windows->root, TREE);
	windows->step = SHOT_WINDOWS_TREE;
	return (tree && shot_window_tree_begin(&windows->tree, windows->display->xcb,
				&windows->display->atoms, tree, SHOT_WINDOWS)) ||
	       shot_fail_errno(err, ENOMEM, "cannot list the windows");
}

static bool read_root(struct shot_windows *windows, struct shot_error *err)
{
	struct shot_property manager = root_property(windows, MANAGER);
	struct shot_property list = root_property(windows, LIST);
	windows->manager = shot_property_number(&manager, XCB_ATOM_WINDOW);
	return windows->manager && list.type ? ask_manager(windows, err) : begin_walk(windows, err);
}

/* Done when there is such a manager, and the answers are all there. */
static enum shot_poll read_managed(struct shot_windows *windows, struct shot_error *err)
{
	struct shot_property self = shot_property_of(shot_batch_reply(&windows->batch, 0));
	struct shot_property active = root_property(windows, ACTIVE);
	if (shot_property_number(&self, XCB_ATOM_WINDOW) == windows->manager) {
		windows->active = shot_property_number(&active, XCB_ATOM_WINDOW);
		return SHOT_POLL_DONE;
	}
	shot_batch_finish(&windows->batch, windows->display->xcb);
	free(windows->questions);
	windows->questions = NULL;
	windows->asked = 0;
	return begin_walk(windows, err) ? SHOT_POLL_WAITING : SHOT_POLL_FAILED;
}

/* Where the keys go; when that is to wherever the pointer is, what is under it. */
static xcb_window_t find_focus(const struct shot_windows *windows)
{
	const xcb_get_input_focus_reply_t *focus = shot_batch_reply(&windows->root, FOCUS);
	const xcb_query_pointer_reply_t *pointer = shot_batch_reply(&windows->root, POINTER);
	if (!focus || focus->focus == XCB_INPUT_FOCUS_NONE) {
		return XCB_NONE;
	}
	if (focus->focus == XCB_INPUT_FOCUS_POINTER_ROOT ||
		focus->focus == windows->display->root) {
		return pointer ? pointer->child : XCB_NONE;
	}
	return focus->focus;
}

/* Up the tree, until the walk knows the window or it is certain that it does not: done when over.
 */
static enum shot_poll climb(struct shot_windows *windows, struct shot_error *err)
{
	struct shot_display *display = windows->display;
	if (windows->batch.count > 0) {
		const xcb_query_tree_reply_t *tree = shot_batch_reply(&windows->batch, 0);
		windows->focus = tree ? tree->parent : XCB_NONE;
		shot_batch_finish(&windows->batch, display->xcb);
	}
	windows->active = shot_window_tree_client(&windows->tree, windows->focus);
	if (windows->focus && !windows->active && windows->climbed++ < CLIMB) {
		shot_batch_add(&windows->batch, display->xcb,
			xcb_query_tree(display->xcb, windows->focus).sequence);
		return SHOT_POLL_WAITING;
	}
	if (!windows->wants_list) {
		return SHOT_POLL_DONE;
	}
	windows->asked = shot_window_tree_list(&windows->tree, windows->ids);
	windows->step = SHOT_WINDOWS_DETAILS;
	return ask_details(windows, err) ? SHOT_POLL_WAITING : SHOT_POLL_FAILED;
}

/* The answers of this step are in: ask on. Done: nothing more is to be asked. */
static enum shot_poll advance(struct shot_windows *windows, struct shot_error *err)
{
	struct shot_display *display = windows->display;
	switch (windows->step) {
	case SHOT_WINDOWS_ATOMS:
		shot_atoms_read(&display->atoms, &windows->batch);
		shot_batch_finish(&windows->batch, display->xcb);
		ask_root(windows);
		return SHOT_POLL_WAITING;
	case SHOT_WINDOWS_ROOT:
		return read_root(windows, err) ? SHOT_POLL_WAITING : SHOT_POLL_FAILED;
	case SHOT_WINDOWS_MANAGED:
		return read_managed(windows, err);
	case SHOT_WINDOWS_TREE:
		windows->focus = find_focus(windows);
		windows->step = SHOT_WINDOWS_FOCUS;
		return climb(windows, err);
	case SHOT_WINDOWS_FOCUS:
		return climb(windows, err);
	default:
		return SHOT_POLL_DONE;
	}
}

/* Windows that have gone meanwhile are left out. */
static bool make_list(struct shot_windows *windows, struct shot_error *err)
{
	windows->list = calloc(windows->asked + 1, sizeof *windows->list);
	if (!windows->list) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu windows", windows->asked);
	}
	for (size_t i = 0; windows->wants_list && i < windows->asked; i++) {
		struct shot_window *window = &windows->list[windows->count];
		if (shot_window_read(&windows->questions[i], &windows->batch,
			    &windows->display->atoms, window)) {
			window->is_active = window->id == windows->active;
			windows->count++;
		}
	}
	return true;
}

static bool is_answered(struct shot_windows *windows)
{
	struct shot_display *display = windows->display;
	switch (windows->step) {
	case SHOT_WINDOWS_ROOT:
		return shot_batch_poll(&windows->root, display->xcb);
	case SHOT_WINDOWS_TREE:
		return shot_window_tree_poll(&windows->tree, display->xcb, &display->atoms);
	default:
		return shot_batch_poll(&windows->batch, display->xcb);
	}
}

enum shot_poll shot_windows_poll(struct shot_windows *windows, struct shot_error *err)
{
	if (windows->is_lost) {
		shot_fail(err, "ELOST", "the display was closed while its windows were listed");
		return SHOT_POLL_FAILED;
	}
	enum shot_poll outcome = SHOT_POLL_WAITING;
	while (outcome == SHOT_POLL_WAITING && is_answered(windows)) {
		if (xcb_connection_has_error(windows->display->xcb)) {
			shot_fail_lost(err, windows->display->xcb);
			outcome = SHOT_POLL_FAILED;
		} else {
			outcome = advance(windows, err);
			xcb_flush(windows->display->xcb);
		}
	}
	if (outcome == SHOT_POLL_DONE && !make_list(windows, err)) {
		outcome = SHOT_POLL_FAILED;
	}
	if (outcome != SHOT_POLL_WAITING) {
		shot_display_ignore(windows->display, &windows->listener);
		shot_display_note(windows->display);
		leave(windows);
	}
	return outcome;
}

void shot_windows_finish(struct shot_windows *windows)
{
	if (windows->display) {
		shot_display_ignore(windows->display, &windows->listener);
	}
	leave(windows);
	free(windows->list);
	windows->list = NULL;
	windows->count = 0;
}
