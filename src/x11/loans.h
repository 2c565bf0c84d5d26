/* Lends keys without a symbol to symbols that no key gives: it changes the keyboard's map, and
 * changes it back. */
#ifndef SHOT_X11_LOANS_H
#define SHOT_X11_LOANS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "x11/keyboard.h"
#include "x11/keysyms.h"

struct shot_loan {
	struct shot_keysyms_change what; /* is_wanted: luashot has lent it */
	bool may_go;			 /* to other symbols */
};

struct shot_loans {
	struct shot_loan of[SHOT_KEYBOARD_CODES]; /* by key */
};

/* Lend spare keys to `keysyms`, `count` of them, up to four to a key. The caller reads the keyboard
 * again. Returns how many of them have a key now, the first ones; 0 with `err`: ENOKEY (there is no
 * key that may be lent), ELOST. */
unsigned shot_loans_make(struct shot_loans *loans, struct shot_keyboard *keyboard,
	const uint32_t *keysyms, unsigned count, struct shot_error *err);

/* Allow all keys to change their symbols, because the program has read its earlier input. False
 * when all were already allowed. */
bool shot_loans_release(struct shot_loans *loans);

/* Whether a key is lent. */
bool shot_loans_any(const struct shot_loans *loans);

/* Forget lent keys that a change of the whole layout has taken back, according to `keyboard`. */
void shot_loans_check(struct shot_loans *loans, const struct shot_keyboard *keyboard);

/* The key that is lent to a symbol, and how it gives that; false when none is. */
bool shot_loans_find(const struct shot_loans *loans, const struct shot_keyboard *keyboard,
	uint32_t keysym, struct shot_key *key);

/* Take all keys back, except those that another client has changed since. */
void shot_loans_end(struct shot_loans *loans, const struct shot_keyboard *keyboard);

#endif
