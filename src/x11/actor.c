#include "x11/actor.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "input/hangup.h"
#include "x11/connect.h"
#include "x11/fail.h"
#include "x11/input_library.h"
#include "x11/pressed.h"
#include "x11/typist.h"

enum { DEEPEST = 64 }; /* windows inside of one another */

static const double patience = 3;      /* seconds, while a person holds a key */
static const double look_again = 0.02; /* seconds */

struct actor {
	struct shot_actor base; /* first */
	xcb_connection_t *xcb;
	xcb_window_t root;
	struct shot_pressed pressed;
	struct shot_typist typist;
	int watched;
};

static bool load(struct shot_error *err)
{
	return shot_input_library(err) != NULL;
}

static void close_actor(struct shot_actor *base)
{
	struct actor *actor = (struct actor *)base;
	shot_press_nothing(&actor->pressed);
	xcb_flush(actor->xcb);
	shot_typist_end(&actor->typist);
	xcb_disconnect(actor->xcb);
	free(actor);
}

static xcb_window_t root_of(xcb_connection_t *xcb, int number)
{
	xcb_screen_iterator_t it = xcb_setup_roots_iterator(xcb_get_setup(xcb));
	while (number-- > 0) {
		xcb_screen_next(&it);
	}
	return it.data->root;
}

static struct shot_actor *open_actor(const char *name, int watched, struct shot_error *err)
{
	const struct shot_input_library *library = shot_input_library(err);
	struct actor *actor = library ? calloc(1, sizeof *actor) : NULL;
	int number;
	if (!actor) {
		if (library) {
			shot_fail_errno(err, ENOMEM, "cannot act");
		}
		return NULL;
	}
	actor->xcb = shot_x11_connect(name, NULL, &number, err);
	if (!actor->xcb) {
		free(actor);
		return NULL;
	}
	actor->watched = watched;
	actor->root = root_of(actor->xcb, number);
	actor->pressed =
		(struct shot_pressed){.library = library, .xcb = actor->xcb, .root = actor->root};
	const xcb_query_extension_reply_t *xtest =
		xcb_get_extension_data(actor->xcb, library->xtest_id);
	bool ok = (xtest && xtest->present) ||
		  shot_fail(err, "ENOTSUP", "cannot act: the X server lacks XTEST");
	if (!ok || !shot_typist_begin(&actor->typist, &actor->pressed, watched, err)) {
		close_actor(&actor->base);
		return NULL;
	}
	return &actor->base;
}

/* Finds a modifier that a person holds down; 0 for none. Caps Lock's key counts, its light does
 * not. */
static xcb_keycode_t find_held(xcb_connection_t *xcb)
{
	xcb_query_keymap_cookie_t ask_keys = xcb_query_keymap(xcb);
	xcb_get_modifier_mapping_cookie_t ask_modifiers = xcb_get_modifier_mapping(xcb);
	xcb_query_keymap_reply_t *keys = xcb_query_keymap_reply(xcb, ask_keys, NULL);
	xcb_get_modifier_mapping_reply_t *modifiers =
		xcb_get_modifier_mapping_reply(xcb, ask_modifiers, NULL);
	xcb_keycode_t held = 0;
	if (keys && modifiers) {
		const xcb_keycode_t *codes = xcb_get_modifier_mapping_keycodes(modifiers);
		int count = xcb_get_modifier_mapping_keycodes_length(modifiers);
		for (int i = 0; i < count && !held; i++) {
			bool is_down = keys->keys[codes[i] / 8] >> codes[i] % 8 & 1;
			held = codes[i] && is_down ? codes[i] : 0;
		}
	}
	free(keys);
	free(modifiers);
	return held;
}

/* Queries the place of the pointer, and the buttons that are down. */
static xcb_query_pointer_reply_t *query_pointer(struct actor *actor)
{
	return xcb_query_pointer_reply(
		actor->xcb, xcb_query_pointer(actor->xcb, actor->root), NULL);
}

static bool holds_button(struct actor *actor)
{
	const unsigned all = XCB_BUTTON_MASK_1 | XCB_BUTTON_MASK_2 | XCB_BUTTON_MASK_3;
	xcb_query_pointer_reply_t *pointer = query_pointer(actor);
	bool does = pointer && pointer->mask & all;
	free(pointer);
	return does;
}

/* A key that a person holds down would change an act: to a Ctrl-click, a shortcut. The actor waits
 * for its release, because releasing it behind the person's back would leave it stuck on some
 * servers. */
static bool wait_for_person(struct actor *actor, struct shot_error *err)
{
	int64_t deadline = shot_deadline_in(patience);
	for (;;) {
		xcb_keycode_t held = find_held(actor->xcb);
		bool has_button = held == 0 && holds_button(actor);
		if (xcb_connection_has_error(actor->xcb)) {
			return shot_fail_lost(err, actor->xcb);
		}
		if (held == 0 && !has_button) {
			return true;
		}
		if (shot_clock_ns() >= deadline) {
			return held ? shot_fail(err, "EBUSY",
					      "a modifier is held down (the key with code "
					      "%d); nothing was done",
					      held)
				    : shot_fail(err, "EBUSY",
					      "a button of the pointer is held down; "
					      "nothing was done");
		}
		if (shot_hung_up(actor->watched, look_again)) {
			return shot_fail(err, "EINTR", "the caller no longer waits for the act");
		}
	}
}

/* Whether the window at a point of the root is `wanted`, or inside of it. */
static bool is_at(struct actor *actor, struct shot_point point, xcb_window_t wanted)
{
	xcb_window_t window = actor->root;
	for (int depth = 0; window && depth < DEEPEST; depth++) {
		xcb_translate_coordinates_reply_t *reply =
			xcb_translate_coordinates_reply(actor->xcb,
				xcb_translate_coordinates(actor->xcb, actor->root, window,
					(int16_t)point.x, (int16_t)point.y),
				NULL);
		window = reply ? reply->child : XCB_NONE;
		free(reply);
		if (window == wanted) {
			return true;
		}
	}
	return false;
}

/* Whether `wanted` has the focus, or a window inside of it. */
static bool has_focus(struct actor *actor, xcb_window_t wanted)
{
	xcb_get_input_focus_reply_t *focus =
		xcb_get_input_focus_reply(actor->xcb, xcb_get_input_focus(actor->xcb), NULL);
	xcb_window_t window = focus ? focus->focus : XCB_NONE;
	free(focus);
	for (int depth = 0; window && window != wanted && depth < DEEPEST; depth++) {
		xcb_query_tree_reply_t *tree =
			xcb_query_tree_reply(actor->xcb, xcb_query_tree(actor->xcb, window), NULL);
		window = tree ? tree->parent : XCB_NONE;
		free(tree);
	}
	return window == wanted;
}

static bool fail_point(struct shot_point point, struct shot_error *err)
{
	return shot_fail(err, "ENOWINDOW",
		"another window than the one that may be acted on is at %d,%d, or covers it there; "
		"nothing was done",
		point.x, point.y);
}

/* Checks that a window gets an act that may. */
static bool check_window(struct actor *actor, const struct shot_act *act, struct shot_error *err)
{
	bool is_keys = act->verb == SHOT_VERB_KEY || act->verb == SHOT_VERB_TYPE;
	bool goes_to = act->has_to && act->verb != SHOT_VERB_SCROLL; /* whose `to` are steps */
	if (is_keys) {
		return has_focus(actor, act->only) ||
		       shot_fail(err, "ENOWINDOW",
			       "another window than the one that may be acted on has the focus; "
			       "nothing was done");
	}
	if (!act->has_from && !goes_to) {
		xcb_query_pointer_reply_t *pointer = query_pointer(actor);
		struct shot_point here = {-1, -1};
		if (pointer) {
			here = (struct shot_point){pointer->root_x, pointer->root_y};
		}
		free(pointer);
		return is_at(actor, here, act->only) || fail_point(here, err);
	}
	for (int i = 0; act->verb == SHOT_VERB_DRAG && i < SHOT_ACT_DRAG_STEPS; i++) {
		struct shot_point point = shot_act_drag_point(act, i);
		if (!is_at(actor, point, act->only)) {
			return fail_point(point, err);
		}
	}
	if (act->has_from && !is_at(actor, act->from, act->only)) {
		return fail_point(act->from, err);
	}
	return !goes_to || is_at(actor, act->to, act->only) || fail_point(act->to, err);
}

static bool begin(struct shot_actor *base, const struct shot_act *act, struct shot_error *err)
{
	struct actor *actor = (struct actor *)base;
	return wait_for_person(actor, err) && (!act->only || check_window(actor, act, err));
}

static bool check_point(struct shot_actor *base, struct shot_point point, struct shot_error *err)
{
	struct actor *actor = (struct actor *)base;
	xcb_get_geometry_reply_t *root =
		xcb_get_geometry_reply(actor->xcb, xcb_get_geometry(actor->xcb, actor->root), NULL);
	if (!root) {
		return shot_fail_lost(err, actor->xcb);
	}
	int width = root->width, height = root->height;
	free(root);
	return (point.x >= 0 && point.y >= 0 && point.x < width && point.y < height) ||
	       shot_fail(err, "EGEOMETRY", "the point %d,%d lies outside the %dx%d screen", point.x,
		       point.y, width, height);
}

static void move(struct shot_actor *base, struct shot_point point)
{
	struct actor *actor = (struct actor *)base;
	shot_press_move(&actor->pressed, (int16_t)point.x, (int16_t)point.y);
}

static void press_button(struct shot_actor *base, unsigned button, bool is_down)
{
	shot_press_button(&((struct actor *)base)->pressed, (uint8_t)button, is_down);
}

static void flush(struct shot_actor *base)
{
	xcb_flush(((struct actor *)base)->xcb);
}

static bool hold(struct shot_actor *base, const struct shot_act *act, struct shot_error *err)
{
	return shot_typist_hold(&((struct actor *)base)->typist, act, err);
}

static void let_go(struct shot_actor *base)
{
	shot_typist_let_go(&((struct actor *)base)->typist);
}

static bool type(struct shot_actor *base, const struct shot_act *act, struct shot_error *err)
{
	return shot_typist_type(&((struct actor *)base)->typist, act, err);
}

/* A round trip. */
static bool settle(struct shot_actor *base, struct shot_error *err)
{
	xcb_connection_t *xcb = ((struct actor *)base)->xcb;
	free(xcb_get_input_focus_reply(xcb, xcb_get_input_focus(xcb), NULL));
	return !xcb_connection_has_error(xcb) || shot_fail_lost(err, xcb);
}

const struct shot_actor_kind shot_x11_actor = {
	.load = load,
	.open = open_actor,
	.begin = begin,
	.check_point = check_point,
	.move = move,
	.press_button = press_button,
	.flush = flush,
	.hold = hold,
	.let_go = let_go,
	.type = type,
	.settle = settle,
	.close = close_actor,
};
