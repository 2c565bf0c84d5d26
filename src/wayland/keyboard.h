/* A virtual keyboard of a compositor's seat (virtual-keyboard-unstable-v1), with a map of its own
 * (keymap.h), so that the layout of other keyboards does not matter. */
#ifndef SHOT_WAYLAND_KEYBOARD_H
#define SHOT_WAYLAND_KEYBOARD_H

#include "base/error.h"
#include "input/act.h"
#include "wayland/connection.h"
#include "wayland/keymap.h"

struct zwp_virtual_keyboard_v1;

struct shot_wayland_keyboard {
	struct shot_wayland *wayland;
	struct zwp_virtual_keyboard_v1 *proxy;
	struct shot_wayland_keymap map;
	bool is_down[SHOT_WAYLAND_KEYS];
	uint8_t modifiers; /* the mask of those that are down */
	int watched;	   /* hangs up when the acts are no longer wanted */
	int64_t read_at;   /* when a program that reads slowly has read all events */
};

/* Begin with a new keyboard, which becomes its own. The compositor gets its map. */
bool shot_wayland_keyboard_begin(struct shot_wayland_keyboard *keyboard,
	struct shot_wayland *wayland, struct zwp_virtual_keyboard_v1 *proxy, int watched,
	struct shot_error *err);

/* Release all, and destroy it. A keyboard without a proxy is allowed. */
void shot_wayland_keyboard_end(struct shot_wayland_keyboard *keyboard);

/* As input/actor.h says. ENOKEY, ELOST. */
bool shot_wayland_keyboard_hold(
	struct shot_wayland_keyboard *keyboard, const struct shot_act *act, struct shot_error *err);
void shot_wayland_keyboard_let_go(struct shot_wayland_keyboard *keyboard);
bool shot_wayland_keyboard_type(
	struct shot_wayland_keyboard *keyboard, const struct shot_act *act, struct shot_error *err);

#endif
