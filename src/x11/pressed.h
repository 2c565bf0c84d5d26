/* Presses keys and buttons by XTEST, and records those that are down. */
#ifndef SHOT_X11_PRESSED_H
#define SHOT_X11_PRESSED_H

#include <stdbool.h>
#include <stdint.h>

#include "x11/input_library.h"

struct shot_pressed {
	const struct shot_input_library *library;
	xcb_connection_t *xcb;
	xcb_window_t root;
	bool keys[256], buttons[256];
};

/* Press or release a key or button; the caller flushes. A key that is already down is not pressed
 * again. */
void shot_press_key(struct shot_pressed *pressed, uint8_t code, bool is_down);
void shot_press_button(struct shot_pressed *pressed, uint8_t button, bool is_down);

/* Put the pointer at a point of the root. */
void shot_press_move(struct shot_pressed *pressed, int16_t x, int16_t y);

/* Release all. */
void shot_press_nothing(struct shot_pressed *pressed);

#endif
