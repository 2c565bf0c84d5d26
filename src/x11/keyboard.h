/* The current map of an X server's keyboard: the key and modifiers for each symbol, with the active
 * group and the locks that are on. */
#ifndef SHOT_X11_KEYBOARD_H
#define SHOT_X11_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "x11/input_library.h"

enum {
	SHOT_KEYBOARD_CODES = 256,
	SHOT_KEYBOARD_HOLDS = 3, /* modifiers that choose among a key's symbols */
	SHOT_KEYBOARD_COMBINATIONS = 6,
};

/* A key with these modifiers down gives this symbol. */
struct shot_key {
	uint32_t keysym;
	uint32_t character; /* of Unicode; 0 for none */
	uint8_t code;
	uint8_t modifiers; /* their mask: Shift 1, Lock 2, Control 4, Mod1 8 … Mod5 128 */
};

struct shot_keyboard {
	const struct shot_input_library *library;
	xcb_connection_t *xcb; /* with XKB */
	struct xkb_context *context;
	int32_t device;
	struct shot_key keys[SHOT_KEYBOARD_CODES * SHOT_KEYBOARD_COMBINATIONS];
	unsigned count;			    /* those with fewer modifiers come first */
	uint8_t sets[SHOT_KEYBOARD_CODES];  /* the modifiers that each key sets */
	bool is_spare[SHOT_KEYBOARD_CODES]; /* has no symbol, and sets no modifier */
	struct {
		uint8_t code, mask;   /* code 0: there is none */
	} holds[SHOT_KEYBOARD_HOLDS]; /* Shift, level 3, level 5 */
};

/* Begin on a connection, which stays the caller's; ENOTSUP where the server lacks XKB. */
bool shot_keyboard_begin(struct shot_keyboard *keyboard, const struct shot_input_library *library,
	xcb_connection_t *xcb, struct shot_error *err);
void shot_keyboard_end(struct shot_keyboard *keyboard);

/* Read it; blocks. With `is_unlocked` as if no lock was on. */
bool shot_keyboard_read(struct shot_keyboard *keyboard, bool is_unlocked, struct shot_error *err);

/* A key for a symbol, or for a character outside the keypad; NULL when no key gives it. */
const struct shot_key *shot_keyboard_find(const struct shot_keyboard *keyboard, uint32_t keysym);
const struct shot_key *shot_keyboard_find_character(
	const struct shot_keyboard *keyboard, uint32_t character);

#endif
