#include "x11/loans.h"

#include <stdlib.h>
#include <string.h>

void shot_loans_check(struct shot_loans *loans, const struct shot_keyboard *keyboard)
{
	for (unsigned code = 0; code < SHOT_KEYBOARD_CODES; code++) {
		if (keyboard->is_spare[code]) {
			loans->of[code] = (struct shot_loan){0};
		}
	}
}

bool shot_loans_find(const struct shot_loans *loans, const struct shot_keyboard *keyboard,
	uint32_t keysym, struct shot_key *key)
{
	for (unsigned i = 0; i < SHOT_KEYBOARD_CODES * SHOT_KEYSYMS_LEVELS; i++) {
		unsigned code = i / SHOT_KEYSYMS_LEVELS, level = i % SHOT_KEYSYMS_LEVELS;
		const struct shot_loan *loan = &loans->of[code];
		if (loan->what.is_wanted && loan->what.keysyms[level] == keysym) {
			*key = (struct shot_key){.keysym = keysym, .code = (uint8_t)code};
			key->modifiers |= level & 1 ? keyboard->holds[0].mask : 0;
			key->modifiers |= level & 2 ? keyboard->holds[1].mask : 0;
			return true;
		}
	}
	return false;
}

/* The letters of a symbol that is one, small and large; else the symbol and 0. Both cases lie on
 * one key, as Caps Lock expects. */
static enum shot_keysyms_type pair_of(
	const struct shot_xkb_library *xkb, uint32_t keysym, uint32_t pair[2])
{
	uint32_t lower = xkb->keysym_to_lower(keysym), upper = xkb->keysym_to_upper(keysym);
	bool is_pair = lower != upper && (keysym == lower || keysym == upper) &&
		       xkb->keysym_to_lower(upper) == lower && xkb->keysym_to_upper(lower) == upper;
	pair[0] = is_pair ? lower : keysym;
	pair[1] = is_pair ? upper : 0;
	return is_pair ? SHOT_KEYSYMS_LETTERS : SHOT_KEYSYMS_SYMBOLS;
}

/* Puts a symbol on a key if it has room; returns whether it has. */
static bool share(struct shot_loan *loan, unsigned width, const uint32_t pair[2])
{
	unsigned step = pair[1] ? 2 : 1;
	for (unsigned level = 0; level + step <= width; level += step) {
		if (!loan->what.keysyms[level]) {
			memcpy(&loan->what.keysyms[level], pair, step * sizeof *pair);
			return true;
		}
	}
	return false;
}

/* Lends a key to a symbol: one with room, or a spare one; returns whether there is one. */
static bool lend(struct shot_loans *loans, const struct shot_keyboard *keyboard,
	const struct shot_keysyms *map, uint32_t keysym)
{
	uint32_t pair[2];
	enum shot_keysyms_type type = pair_of(keyboard->library->xkb, keysym, pair);
	for (unsigned code = 0; code < SHOT_KEYBOARD_CODES; code++) {
		struct shot_loan *loan = &loans->of[code];
		if (loan->what.is_wanted && !loan->may_go && loan->what.type == type &&
			share(loan, map->widths[type], pair)) {
			return true;
		}
	}
	for (unsigned code = SHOT_KEYBOARD_CODES - 1; code > 0; code--) {
		struct shot_loan *loan = &loans->of[code];
		if (loan->what.is_wanted ? loan->may_go
					 : keyboard->is_spare[code] && map->keys[code]) {
			*loan = (struct shot_loan){.what = {.is_wanted = true, .type = type}};
			return share(loan, map->widths[type], pair);
		}
	}
	return false;
}

/* Writes the lent keys to the server. */
static void write_all(const struct shot_loans *loans, const struct shot_keysyms *map)
{
	struct shot_keysyms_change changes[SHOT_KEYSYMS_CODES];
	for (unsigned code = 0; code < SHOT_KEYSYMS_CODES; code++) {
		changes[code] = loans->of[code].what;
	}
	shot_keysyms_write(map, changes);
}

/* Forgets the keys that another client has changed since. */
static void forget_changed(struct shot_loans *loans, const struct shot_keysyms *map)
{
	for (unsigned code = 0; code < SHOT_KEYBOARD_CODES; code++) {
		const struct shot_keysyms_change *what = &loans->of[code].what;
		if (what->is_wanted && shot_keysyms_first(map, code) != what->keysyms[0]) {
			loans->of[code] = (struct shot_loan){0};
		}
	}
}

unsigned shot_loans_make(struct shot_loans *loans, struct shot_keyboard *keyboard,
	const uint32_t *keysyms, unsigned count, struct shot_error *err)
{
	struct shot_keysyms map = {0};
	unsigned served = 0;
	xcb_grab_server(keyboard->xcb); /* no other client may take the same keys meanwhile */
	bool ok = shot_keyboard_read(keyboard, false, err) &&
		  (shot_keysyms_read(
			   &map, keyboard->library, keyboard->xcb, keyboard->holds[1].mask) ||
			  shot_fail(err, "EXERROR", "the X server's map of keys is unusable"));
	if (ok) {
		shot_loans_check(loans, keyboard);
		forget_changed(loans, &map);
		struct shot_key lent;
		while (served < count &&
			(shot_loans_find(loans, keyboard, keysyms[served], &lent) ||
				lend(loans, keyboard, &map, keysyms[served]))) {
			served++;
		}
		if (served > 0) {
			write_all(loans, &map);
		} else {
			shot_fail(err, "ENOKEY",
				"no key gives the symbol 0x%x, and the keyboard has none to spare",
				(unsigned)keysyms[0]);
		}
		shot_keysyms_free(&map);
	}
	xcb_ungrab_server(keyboard->xcb);
	return served;
}

bool shot_loans_release(struct shot_loans *loans)
{
	bool has_any = false;
	for (unsigned code = 0; code < SHOT_KEYBOARD_CODES; code++) {
		has_any = has_any || (loans->of[code].what.is_wanted && !loans->of[code].may_go);
		loans->of[code].may_go = true;
	}
	return has_any;
}

bool shot_loans_any(const struct shot_loans *loans)
{
	for (unsigned code = 0; code < SHOT_KEYBOARD_CODES; code++) {
		if (loans->of[code].what.is_wanted) {
			return true;
		}
	}
	return false;
}

void shot_loans_end(struct shot_loans *loans, const struct shot_keyboard *keyboard)
{
	struct shot_keysyms map;
	xcb_grab_server(keyboard->xcb);
	if (shot_keysyms_read(&map, keyboard->library, keyboard->xcb, keyboard->holds[1].mask)) {
		forget_changed(loans, &map);
		for (unsigned code = 0; code < SHOT_KEYBOARD_CODES; code++) {
			memset(loans->of[code].what.keysyms, 0, sizeof loans->of->what.keysyms);
		}
		write_all(loans, &map);
		shot_keysyms_free(&map);
	}
	xcb_ungrab_server(keyboard->xcb);
	*loans = (struct shot_loans){0};
	free(xcb_get_input_focus_reply(keyboard->xcb, xcb_get_input_focus(keyboard->xcb), NULL));
}
