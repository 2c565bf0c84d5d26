/* libxkbcommon, loaded when a display is first opened for input. */
#ifndef SHOT_INPUT_XKB_H
#define SHOT_INPUT_XKB_H

#include <xkbcommon/xkbcommon.h>

#include "base/error.h"

struct shot_xkb_library {
	__typeof__(xkb_context_new) *context_new;
	__typeof__(xkb_context_unref) *context_unref;
	__typeof__(xkb_context_set_log_level) *context_set_log_level;
	__typeof__(xkb_keymap_new_from_string) *keymap_new_from_string;
	__typeof__(xkb_keymap_unref) *keymap_unref;
	__typeof__(xkb_keymap_min_keycode) *keymap_min_keycode;
	__typeof__(xkb_keymap_max_keycode) *keymap_max_keycode;
	__typeof__(xkb_keymap_num_layouts_for_key) *keymap_num_layouts_for_key;
	__typeof__(xkb_keymap_mod_get_name) *keymap_mod_get_name;
	__typeof__(xkb_keymap_mod_get_index) *keymap_mod_get_index;
	__typeof__(xkb_state_new) *state_new;
	__typeof__(xkb_state_unref) *state_unref;
	__typeof__(xkb_state_update_key) *state_update_key;
	__typeof__(xkb_state_update_mask) *state_update_mask;
	__typeof__(xkb_state_key_get_one_sym) *state_key_get_one_sym;
	__typeof__(xkb_state_serialize_mods) *state_serialize_mods;
	__typeof__(xkb_state_serialize_layout) *state_serialize_layout;
	__typeof__(xkb_keysym_from_name) *keysym_from_name;
	__typeof__(xkb_keysym_get_name) *keysym_get_name;
	__typeof__(xkb_keysym_to_utf32) *keysym_to_utf32;
	__typeof__(xkb_keysym_to_upper) *keysym_to_upper;
	__typeof__(xkb_keysym_to_lower) *keysym_to_lower;
	__typeof__(xkb_utf32_to_keysym) *utf32_to_keysym;
};

/* Load it and return its functions; NULL with ENOTSUP and the package to install. Any thread may
 * call this; the acting process inherits the loaded library. */
const struct shot_xkb_library *shot_xkb(struct shot_error *err);

#endif
