#include "x11/typist.h"

#include "input/chord.h"
#include "input/hangup.h"
#include "x11/connect.h"

enum { ATTEMPTS = 4 }; /* to have keys for all keysyms of a chord */

static const double blind = 0.25;     /* seconds for a program that does not answer */
static const double last_blind = 0.5; /* the same at the end, when no caller waits for it */

bool shot_typist_begin(struct shot_typist *typist, struct shot_pressed *pressed, int watched,
	struct shot_error *err)
{
	typist->pressed = pressed;
	typist->watched = watched;
	shot_settler_begin(&typist->settler, pressed->library, pressed->xcb, pressed->root,
		shot_x11_connect_is_local(pressed->xcb));
	return shot_keyboard_begin(&typist->keyboard, pressed->library, pressed->xcb, err);
}

void shot_typist_end(struct shot_typist *typist)
{
	if (shot_loans_any(&typist->loans)) {
		shot_settle(&typist->settler, last_blind);
		shot_loans_end(&typist->loans, &typist->keyboard);
	}
	shot_keyboard_end(&typist->keyboard);
}

/* Whether the other process still wants the act. */
static bool is_wanted(const struct shot_typist *typist)
{
	return !shot_hung_up(typist->watched, 0);
}

/* Presses or releases the modifiers with which a key gives its symbol. */
static void hold_modifiers(struct shot_typist *typist, uint8_t modifiers, bool is_down)
{
	const struct shot_keyboard *keyboard = &typist->keyboard;
	for (unsigned i = 0; i < SHOT_KEYBOARD_HOLDS; i++) {
		if (keyboard->holds[i].code && modifiers & keyboard->holds[i].mask) {
			shot_press_key(typist->pressed, keyboard->holds[i].code, is_down);
		}
	}
}

/* Where all spare keys are lent: let them go to other symbols, once the program has taken in what
 * they have typed. False where that makes no room. */
static bool make_room(struct shot_typist *typist, const struct shot_error *err)
{
	if (!shot_error_is(err, SHOT_ENOKEY) || !shot_loans_any(&typist->loans)) {
		return false;
	}
	shot_settle(&typist->settler, blind);
	return shot_loans_release(&typist->loans);
}

static bool read_keyboard(struct shot_typist *typist, bool is_unlocked, struct shot_error *err)
{
	bool ok = shot_keyboard_read(&typist->keyboard, is_unlocked, err);
	shot_loans_check(&typist->loans, &typist->keyboard);
	return ok;
}

/* Copies a key for a symbol. A lent key counts even if a lock changes its symbol: the program
 * decides whether ß has a large form. */
static bool find(struct shot_typist *typist, uint32_t keysym, struct shot_key *out)
{
	const struct shot_key *key = shot_keyboard_find(&typist->keyboard, keysym);
	if (key) {
		*out = *key;
	}
	return key || shot_loans_find(&typist->loans, &typist->keyboard, keysym, out);
}

static bool find_character(struct shot_typist *typist, uint32_t character, struct shot_key *out)
{
	const struct shot_key *key = shot_keyboard_find_character(&typist->keyboard, character);
	if (key) {
		*out = *key;
	}
	return key || find(typist, shot_chord_of(character), out);
}

/* Provides a key for each of the keysyms at the same time. */
static bool prepare_keys(
	struct shot_typist *typist, const struct shot_act *act, struct shot_error *err)
{
	/* Ctrl+T is that also while Caps Lock is on. */
	bool is_chord = act->key_count > 1;
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		uint32_t missing[SHOT_ACT_KEYS];
		unsigned count = 0;
		if (!read_keyboard(typist, is_chord, err)) {
			return false;
		}
		for (unsigned i = 0; i < act->key_count; i++) {
			struct shot_key key;
			if (!find(typist, act->keys[i], &key)) {
				missing[count++] = act->keys[i];
			}
		}
		if (count == 0) {
			return true;
		}
		unsigned served =
			shot_loans_make(&typist->loans, &typist->keyboard, missing, count, err);
		if (served > 0 && served < count) {
			shot_fail(err, "ENOKEY", "the keyboard has too few spare keys for all");
		}
		if (served < count && !make_room(typist, err)) {
			return false;
		}
	}
	return shot_fail(err, "ENOKEY", "the keyboard's map changes all the time");
}

bool shot_typist_hold(
	struct shot_typist *typist, const struct shot_act *act, struct shot_error *err)
{
	if (act->key_count == 0) {
		return true;
	}
	if (!prepare_keys(typist, act, err)) {
		return false;
	}
	for (unsigned i = 0; i < act->key_count; i++) {
		struct shot_key key;
		if (find(typist, act->keys[i], &key)) { /* prepare_keys has seen it */
			hold_modifiers(typist, key.modifiers, true);
			typist->loans.of[key.code].may_go = false;
			shot_press_key(typist->pressed, key.code, true);
		}
	}
	return true;
}

void shot_typist_let_go(struct shot_typist *typist)
{
	/* The last key first: it is the one that acts. Modifiers are let go of after it. */
	for (int is_modifier = 0; is_modifier <= 1; is_modifier++) {
		for (unsigned code = 0; code < SHOT_KEYBOARD_CODES; code++) {
			if ((typist->keyboard.sets[code] != 0) == is_modifier) {
				shot_press_key(typist->pressed, (uint8_t)code, false);
			}
		}
	}
}

/* How many of the first characters have keys, after keys were lent where the first one has none; 0
 * with `err`. */
static unsigned prepare_text(
	struct shot_typist *typist, const uint32_t *units, unsigned count, struct shot_error *err)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		uint32_t missing[SHOT_ACT_UNITS];
		unsigned ready = 0, missed = 0;
		if (!read_keyboard(typist, false, err)) {
			return 0;
		}
		for (unsigned i = 0; i < count; i++) {
			struct shot_key key;
			if (!find_character(typist, units[i], &key)) {
				missing[missed++] = shot_chord_of(units[i]);
			} else if (missed == 0) {
				ready++;
			}
		}
		if (ready > 0) {
			return ready;
		}
		if (!shot_loans_make(&typist->loans, &typist->keyboard, missing, missed, err) &&
			!make_room(typist, err)) {
			return 0;
		}
	}
	shot_fail(err, "ENOKEY", "the keyboard's map changes all the time");
	return 0;
}

static void strike(struct shot_typist *typist, uint32_t character)
{
	struct shot_key key;
	if (find_character(typist, character, &key)) { /* prepare_text has seen it */
		hold_modifiers(typist, key.modifiers, true);
		typist->loans.of[key.code].may_go =
			false; /* the typed symbols must be looked up again */
		shot_press_key(typist->pressed, key.code, true);
		shot_press_key(typist->pressed, key.code, false);
		hold_modifiers(typist, key.modifiers, false);
	}
}

/* Presses the keys of all characters; stops when the text is no longer wanted. */
static void strike_all(
	struct shot_typist *typist, const uint32_t *units, unsigned count, uint32_t pause_us)
{
	for (unsigned i = 0; i < count; i++) {
		strike(typist, units[i]);
		if (shot_act_pauses_after(i, pause_us)) {
			xcb_flush(typist->pressed->xcb);
			if (shot_hung_up(typist->watched, pause_us / 1e6)) {
				return;
			}
		}
	}
}

bool shot_typist_type(
	struct shot_typist *typist, const struct shot_act *act, struct shot_error *err)
{
	for (unsigned done = 0; done < act->count && is_wanted(typist);) {
		unsigned ready = prepare_text(typist, act->units + done, act->count - done, err);
		if (ready == 0) {
			return false;
		}
		strike_all(typist, act->units + done, ready, act->pause_us);
		done += ready;
	}
	return true;
}
