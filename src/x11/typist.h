/* Symbols and characters as presses of keys, whatever the layout of the keyboard is. */
#ifndef SHOT_X11_TYPIST_H
#define SHOT_X11_TYPIST_H

#include "base/error.h"
#include "input/act.h"
#include "x11/keyboard.h"
#include "x11/loans.h"
#include "x11/pressed.h"
#include "x11/settle.h"

struct shot_typist {
	struct shot_pressed *pressed;
	struct shot_keyboard keyboard;
	struct shot_loans loans;
	struct shot_settler settler;
	int watched; /* hangs up when the acts are no longer wanted */
};

/* Begin on the connection of `pressed`, which stays the caller's. ENOTSUP. */
bool shot_typist_begin(struct shot_typist *typist, struct shot_pressed *pressed, int watched,
	struct shot_error *err);

/* Wait until the program with the focus has read all events, and give the lent keys back. */
void shot_typist_end(struct shot_typist *typist);

/* Press the keys of an act one after the other; release them in reverse. ENOKEY, ELOST. */
bool shot_typist_hold(
	struct shot_typist *typist, const struct shot_act *act, struct shot_error *err);
void shot_typist_let_go(struct shot_typist *typist);

/* Type an act's text. */
bool shot_typist_type(
	struct shot_typist *typist, const struct shot_act *act, struct shot_error *err);

#endif
