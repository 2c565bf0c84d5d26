#include "x11/keyboard.h"

#include <string.h>

#include "x11/fail.h"

enum { REAL_MODIFIERS = 0xff };

bool shot_keyboard_begin(struct shot_keyboard *keyboard, const struct shot_input_library *library,
	xcb_connection_t *xcb, struct shot_error *err)
{
	*keyboard = (struct shot_keyboard){.library = library, .xcb = xcb};
	if (!library->setup(xcb, XKB_X11_MIN_MAJOR_XKB_VERSION, XKB_X11_MIN_MINOR_XKB_VERSION,
		    XKB_X11_SETUP_XKB_EXTENSION_NO_FLAGS, NULL, NULL, NULL, NULL)) {
		return shot_fail(err, "ENOTSUP", "cannot press keys: the X server lacks XKB");
	}
	keyboard->device = library->device(xcb);
	keyboard->context = library->xkb->context_new(
		XKB_CONTEXT_NO_DEFAULT_INCLUDES | XKB_CONTEXT_NO_ENVIRONMENT_NAMES);
	if (!keyboard->context || keyboard->device < 0) {
		return shot_fail(err, "ENOTSUP", "cannot press keys: the X server has no keyboard");
	}
	return true;
}

void shot_keyboard_end(struct shot_keyboard *keyboard)
{
	if (keyboard->context) {
		keyboard->library->xkb->context_unref(keyboard->context);
	}
}

/* The modifiers that a press of only this key sets. */
static uint8_t modifiers_of(const struct shot_xkb_library *xkb, struct xkb_keymap *keymap,
	uint32_t group, unsigned code)
{
	struct xkb_state *state = xkb->state_new(keymap);
	if (!state) {
		return 0;
	}
	xkb->state_update_mask(state, 0, 0, 0, 0, 0, group);
	xkb->state_update_key(state, code, XKB_KEY_DOWN);
	uint8_t mask = (uint8_t)(xkb->state_serialize_mods(state, XKB_STATE_MODS_DEPRESSED) &
				 REAL_MODIFIERS);
	xkb->state_unref(state);
	return mask;
}

/* Finds the keys to hold for Shift, level 3 and level 5. */
static void find_holds(
	struct shot_keyboard *keyboard, struct xkb_state *plain, unsigned first, unsigned last)
{
	static const uint32_t wanted[SHOT_KEYBOARD_HOLDS][2] = {{XKB_KEY_Shift_L, XKB_KEY_Shift_R},
		{XKB_KEY_ISO_Level3_Shift, XKB_KEY_ISO_Level3_Shift},
		{XKB_KEY_ISO_Level5_Shift, XKB_KEY_ISO_Level5_Shift}};
	memset(keyboard->holds, 0, sizeof keyboard->holds);
	for (unsigned code = first; code <= last; code++) {
		uint32_t keysym = keyboard->library->xkb->state_key_get_one_sym(plain, code);
		for (unsigned i = 0; i < SHOT_KEYBOARD_HOLDS; i++) {
			bool is_it = keysym == wanted[i][0] || keysym == wanted[i][1];
			if (is_it && keyboard->sets[code] && !keyboard->holds[i].code) {
				keyboard->holds[i].code = (uint8_t)code;
				keyboard->holds[i].mask = keyboard->sets[code];
			}
		}
	}
}

/* Lists the symbols of all keys with a combination of holds: bit 0 for Shift, 1 and 2 for the
 * levels. */
static void list(struct shot_keyboard *keyboard, struct xkb_state *state, uint32_t locked,
	uint32_t group, unsigned combination, unsigned first, unsigned last)
{
	const struct shot_xkb_library *xkb = keyboard->library->xkb;
	uint8_t modifiers = 0;
	for (unsigned i = 0; i < SHOT_KEYBOARD_HOLDS; i++) {
		if (combination & 1u << i) {
			if (!keyboard->holds[i].code) {
				return;
			}
			modifiers |= keyboard->holds[i].mask;
		}
	}
	xkb->state_update_mask(state, modifiers, 0, locked, 0, 0, group);
	for (unsigned code = first; code <= last; code++) {
		uint32_t keysym = xkb->state_key_get_one_sym(state, code);
		if (keysym) {
			keyboard->keys[keyboard->count++] = (struct shot_key){.keysym = keysym,
				.character = xkb->keysym_to_utf32(keysym),
				.code = (uint8_t)code,
				.modifiers = modifiers};
		}
	}
}

static void read_keys(struct shot_keyboard *keyboard, struct xkb_keymap *keymap,
	struct xkb_state *state, bool is_unlocked)
{
	static const unsigned combinations[SHOT_KEYBOARD_COMBINATIONS] = {0, 1, 2, 3, 4, 5};
	const struct shot_xkb_library *xkb = keyboard->library->xkb;
	unsigned first = xkb->keymap_min_keycode(keymap), last = xkb->keymap_max_keycode(keymap);
	uint32_t group = xkb->state_serialize_layout(state, XKB_STATE_LAYOUT_EFFECTIVE);
	uint32_t locked = is_unlocked ? 0
				      : xkb->state_serialize_mods(state, XKB_STATE_MODS_LOCKED) &
						REAL_MODIFIERS;
	if (last >= SHOT_KEYBOARD_CODES) {
		last = SHOT_KEYBOARD_CODES - 1;
	}
	memset(keyboard->is_spare, 0, sizeof keyboard->is_spare);
	for (unsigned code = first; code <= last; code++) {
		keyboard->sets[code] = modifiers_of(xkb, keymap, group, code);
		keyboard->is_spare[code] = xkb->keymap_num_layouts_for_key(keymap, code) == 0 &&
					   keyboard->sets[code] == 0;
	}
	xkb->state_update_mask(state, 0, 0, 0, 0, 0, group);
	find_holds(keyboard, state, first, last);
	keyboard->count = 0;
	for (unsigned i = 0; i < SHOT_KEYBOARD_COMBINATIONS; i++) {
		list(keyboard, state, locked, group, combinations[i], first, last);
	}
}

bool shot_keyboard_read(struct shot_keyboard *keyboard, bool is_unlocked, struct shot_error *err)
{
	const struct shot_input_library *library = keyboard->library;
	struct xkb_keymap *keymap = library->keymap(
		keyboard->context, keyboard->xcb, keyboard->device, XKB_KEYMAP_COMPILE_NO_FLAGS);
	struct xkb_state *state =
		keymap ? library->state(keymap, keyboard->xcb, keyboard->device) : NULL;
	if (state) {
		read_keys(keyboard, keymap, state, is_unlocked);
		library->xkb->state_unref(state);
	}
	if (keymap) {
		library->xkb->keymap_unref(keymap);
	}
	if (xcb_connection_has_error(keyboard->xcb)) {
		return shot_fail_lost(err, keyboard->xcb);
	}
	return state || shot_fail(err, "EXERROR", "the X server's map of the keyboard is unusable");
}

const struct shot_key *shot_keyboard_find(const struct shot_keyboard *keyboard, uint32_t keysym)
{
	for (unsigned i = 0; i < keyboard->count; i++) {
		if (keyboard->keys[i].keysym == keysym) {
			return &keyboard->keys[i];
		}
	}
	return NULL;
}

/* Whether a symbol is on the keypad, whose keys depend on Num Lock and whose digits programs may
 * treat differently. */
static bool is_keypad(uint32_t keysym)
{
	return keysym >= XKB_KEY_KP_Space && keysym <= XKB_KEY_KP_Equal;
}

const struct shot_key *shot_keyboard_find_character(
	const struct shot_keyboard *keyboard, uint32_t character)
{
	for (unsigned i = 0; i < keyboard->count; i++) {
		const struct shot_key *key = &keyboard->keys[i];
		if (key->character == character && !is_keypad(key->keysym)) {
			return key;
		}
	}
	return NULL;
}
