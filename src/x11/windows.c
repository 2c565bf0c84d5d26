#include "x11/windows.h"

#include <errno.h>
#include <stdlib.h>

#include "base/owner.h"
#include "x11/display.h"
#include "x11/fail.h"
#include "x11/io.h"
#include "x11/property.h"
#include "x11/window.h"
#include "x11/window_tree.h"

enum {
	LISTED = 512, /* more than any user has; the lowest windows are left out */
	CLIMB = 64,   /* levels from a focused window up to one that is listed */
};

/* The indices of the root's answers in its batch. */
enum { MANAGER, ACTIVE, STACKING, LIST, TREE, FOCUS, POINTER };

struct query {
	struct shot_windows windows; /* first */
	struct shot_parting parting;
	struct shot_display *display; /* NULL after the query has ended, or the display is closed */
	bool is_lost;		      /* closed during the query */
	bool wants_list;
	enum {
		STEP_ATOMS,
		STEP_ROOT,
		STEP_MANAGED,
		STEP_TREE,
		STEP_FOCUS,
		STEP_DETAILS,
	} step;
	struct shot_batch batch;
	struct shot_batch root; /* the answers about the root, kept until the end */
	xcb_window_t manager;	/* the manager that the root names */
	xcb_window_t focus; /* without a manager: the focused window, whose client is searched */
	unsigned climbed;   /* the number of levels above it */
	struct shot_window_tree tree;
	xcb_window_t ids[LISTED];
	struct shot_window_question *questions;
	size_t asked;
};

/* Detaches from the display, which continues or is being closed. */
static void leave(struct query *query)
{
	struct shot_display *display = query->display;
	if (display) {
		shot_batch_finish(&query->batch, display->xcb);
		shot_batch_finish(&query->root, display->xcb);
		shot_window_tree_finish(&query->tree, display->xcb);
		free(query->questions);
		query->questions = NULL;
		query->display = NULL;
	}
}

static void part(struct shot_parting *parting)
{
	struct query *query = SHOT_CONTAINER(parting, struct query, parting);
	leave(query);
	query->is_lost = true;
}

static void ask_root(struct query *query)
{
	struct shot_display *display = query->display;
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
		shot_batch_add(&query->root, xcb,
			xcb_get_property(xcb, 0, display->root, name, XCB_ATOM_WINDOW, 0,
				properties[i].words)
				.sequence);
	}
	shot_batch_add(&query->root, xcb, xcb_query_tree(xcb, display->root).sequence);
	shot_batch_add(&query->root, xcb, xcb_get_input_focus(xcb).sequence);
	shot_batch_add(&query->root, xcb, xcb_query_pointer(xcb, display->root).sequence);
	query->step = STEP_ROOT;
}

struct shot_windows *shot_windows_begin(
	struct shot_source *source, bool wants_list, struct shot_error *err)
{
	struct shot_display *display = shot_display_of(source);
	if (xcb_connection_has_error(display->xcb)) {
		shot_fail_lost(err, display->xcb);
		return NULL;
	}
	struct query *query = calloc(1, sizeof *query);
	if (!query) {
		shot_fail_errno(err, ENOMEM, "cannot list the windows");
		return NULL;
	}
	query->windows.kind = source->kind;
	query->parting.part = part;
	query->display = display;
	query->wants_list = wants_list;
	shot_source_join(source, &query->parting);
	if (display->atoms.are_known) {
		ask_root(query);
	} else {
		query->step = STEP_ATOMS;
		shot_atoms_ask(&query->batch, display->xcb);
	}
	shot_io_flush(display->xcb);
	return &query->windows;
}

static struct shot_property root_property(const struct query *query, int which)
{
	return shot_property_of(shot_batch_reply(&query->root, which));
}

/* A manager's list goes from the bottom up; luashot's goes from the top down, and is cut. */
static void take_list(struct query *query)
{
	struct shot_property stacking = root_property(query, STACKING);
	struct shot_property list = root_property(query, LIST);
	if (stacking.size == 0) {
		stacking = list;
	}
	size_t size = LISTED * sizeof(uint32_t);
	if (stacking.size > size) {
		stacking.data = (const char *)stacking.data + (stacking.size - size);
		stacking.size = size;
	}
	query->asked = shot_property_windows(&stacking, query->ids, LISTED);
	for (size_t i = 0; i < query->asked / 2; i++) {
		xcb_window_t swapped = query->ids[i];
		query->ids[i] = query->ids[query->asked - 1 - i];
		query->ids[query->asked - 1 - i] = swapped;
	}
}

/* Asks about all windows in `ids`; the answers follow those that the batch already awaits. */
static bool ask_details(struct query *query, struct shot_error *err)
{
	struct shot_display *display = query->display;
	query->questions = calloc(query->asked + 1, sizeof *query->questions);
	if (!query->questions) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu windows", query->asked);
	}
	for (size_t i = 0; i < query->asked; i++) {
		shot_window_ask(&query->questions[i], &query->batch, display->xcb, display->root,
			&display->atoms, query->ids[i], SHOT_WINDOW_ALL);
	}
	return true;
}

/* A manager that has ended can leave its list on the root. The list counts only if the window that
 * the root names as the manager's also names itself. */
static bool ask_manager(struct query *query, struct shot_error *err)
{
	struct shot_display *display = query->display;
	xcb_atom_t name = display->atoms.ids[SHOT_ATOM_SUPPORTING_WM_CHECK];
	shot_batch_add(&query->batch, display->xcb,
		xcb_get_property(display->xcb, 0, query->manager, name, XCB_ATOM_WINDOW, 0, 1)
			.sequence);
	query->step = STEP_MANAGED;
	if (!query->wants_list) {
		return true;
	}
	take_list(query);
	return ask_details(query, err);
}

static bool begin_walk(struct query *query, struct shot_error *err)
{
	const xcb_query_tree_reply_t *tree = shot_batch_reply(&query->root, TREE);
	query->step = STEP_TREE;
	if (!tree) {
		return shot_fail(
			err, "EXERROR", "cannot list the windows: the X server refuses the query");
	}
	return shot_window_tree_begin(
		       &query->tree, query->display->xcb, &query->display->atoms, tree, LISTED) ||
	       shot_fail_errno(err, ENOMEM, "cannot list the windows");
}

static bool read_root(struct query *query, struct shot_error *err)
{
	struct shot_property manager = root_property(query, MANAGER);
	struct shot_property list = root_property(query, LIST);
	query->manager = shot_property_number(&manager, XCB_ATOM_WINDOW);
	return query->manager && list.type ? ask_manager(query, err) : begin_walk(query, err);
}

/* Done when there is a manager, and all answers have arrived. */
static enum shot_poll read_managed(struct query *query, struct shot_error *err)
{
	struct shot_property self = shot_property_of(shot_batch_reply(&query->batch, 0));
	struct shot_property active = root_property(query, ACTIVE);
	if (shot_property_number(&self, XCB_ATOM_WINDOW) == query->manager) {
		query->windows.active = shot_property_number(&active, XCB_ATOM_WINDOW);
		return SHOT_POLL_DONE;
	}
	shot_batch_finish(&query->batch, query->display->xcb);
	free(query->questions);
	query->questions = NULL;
	query->asked = 0;
	return begin_walk(query, err) ? SHOT_POLL_WAITING : SHOT_POLL_FAILED;
}

/* The window with the keyboard focus; if the focus follows the pointer, the window under it. */
static xcb_window_t find_focus(const struct query *query)
{
	const xcb_get_input_focus_reply_t *focus = shot_batch_reply(&query->root, FOCUS);
	const xcb_query_pointer_reply_t *pointer = shot_batch_reply(&query->root, POINTER);
	if (!focus || focus->focus == XCB_INPUT_FOCUS_NONE) {
		return XCB_NONE;
	}
	if (focus->focus == XCB_INPUT_FOCUS_POINTER_ROOT || focus->focus == query->display->root) {
		return pointer ? pointer->child : XCB_NONE;
	}
	return focus->focus;
}

/* Climbs the tree until the walk knows the window, or cannot know it; done at the end.
 */
static enum shot_poll climb(struct query *query, struct shot_error *err)
{
	struct shot_display *display = query->display;
	if (query->batch.count > 0) {
		const xcb_query_tree_reply_t *tree = shot_batch_reply(&query->batch, 0);
		query->focus = tree ? tree->parent : XCB_NONE;
		shot_batch_finish(&query->batch, display->xcb);
	}
	query->windows.active = shot_window_tree_client(&query->tree, query->focus);
	if (query->focus && !query->windows.active && query->climbed++ < CLIMB) {
		shot_batch_add(&query->batch, display->xcb,
			xcb_query_tree(display->xcb, query->focus).sequence);
		return SHOT_POLL_WAITING;
	}
	if (!query->wants_list) {
		return SHOT_POLL_DONE;
	}
	query->asked = shot_window_tree_list(&query->tree, query->ids);
	query->step = STEP_DETAILS;
	return ask_details(query, err) ? SHOT_POLL_WAITING : SHOT_POLL_FAILED;
}

/* Runs when the answers of this step have arrived: asks further. Done: no question is left. */
static enum shot_poll advance(struct query *query, struct shot_error *err)
{
	struct shot_display *display = query->display;
	switch (query->step) {
	case STEP_ATOMS:
		shot_atoms_read(&display->atoms, &query->batch);
		shot_batch_finish(&query->batch, display->xcb);
		ask_root(query);
		return SHOT_POLL_WAITING;
	case STEP_ROOT:
		return read_root(query, err) ? SHOT_POLL_WAITING : SHOT_POLL_FAILED;
	case STEP_MANAGED:
		return read_managed(query, err);
	case STEP_TREE:
		query->focus = find_focus(query);
		query->step = STEP_FOCUS;
		return climb(query, err);
	case STEP_FOCUS:
		return climb(query, err);
	default:
		return SHOT_POLL_DONE;
	}
}

/* Windows that have gone are left out. */
static bool make_list(struct query *query, struct shot_error *err)
{
	struct shot_windows *windows = &query->windows;
	windows->list = calloc(query->asked + 1, sizeof *windows->list);
	if (!windows->list) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu windows", query->asked);
	}
	for (size_t i = 0; query->wants_list && i < query->asked; i++) {
		struct shot_x11_window own;
		if (shot_window_read(
			    &query->questions[i], &query->batch, &query->display->atoms, &own)) {
			own.window.is_active = own.window.id == windows->active;
			windows->list[windows->count++] = own.window;
		}
	}
	return true;
}

static bool is_answered(struct query *query)
{
	struct shot_display *display = query->display;
	switch (query->step) {
	case STEP_ROOT:
		return shot_batch_poll(&query->root, display->xcb);
	case STEP_TREE:
		return shot_window_tree_poll(&query->tree, display->xcb, &display->atoms);
	default:
		return shot_batch_poll(&query->batch, display->xcb);
	}
}

enum shot_poll shot_windows_poll(struct shot_windows *windows, struct shot_error *err)
{
	struct query *query = (struct query *)windows;
	if (query->is_lost) {
		shot_fail(err, "ELOST", "the display was closed while its windows were listed");
		return SHOT_POLL_FAILED;
	}
	struct shot_display *display = query->display;
	enum shot_poll outcome = SHOT_POLL_WAITING;
	while (outcome == SHOT_POLL_WAITING && is_answered(query)) {
		if (xcb_connection_has_error(display->xcb)) {
			shot_fail_lost(err, display->xcb);
			outcome = SHOT_POLL_FAILED;
		} else {
			outcome = advance(query, err);
			shot_io_flush(display->xcb);
		}
	}
	if (outcome == SHOT_POLL_DONE && !make_list(query, err)) {
		outcome = SHOT_POLL_FAILED;
	}
	if (outcome != SHOT_POLL_WAITING) {
		shot_source_leave(&display->source, &query->parting);
		shot_display_note(&display->source);
		leave(query);
	}
	return outcome;
}

void shot_windows_destroy(struct shot_windows *windows)
{
	struct query *query = (struct query *)windows;
	if (query->display) {
		shot_source_leave(&query->display->source, &query->parting);
	}
	leave(query);
	free(windows->list);
	free(query);
}
