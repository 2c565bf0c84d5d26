#include "x11/pressed.h"

static void fake(
	const struct shot_pressed *pressed, uint8_t type, uint8_t detail, int16_t x, int16_t y)
{
	pressed->library->fake_input(
		pressed->xcb, type, detail, XCB_CURRENT_TIME, pressed->root, x, y, 0);
}

void shot_press_key(struct shot_pressed *pressed, uint8_t code, bool is_down)
{
	if (pressed->keys[code] != is_down) {
		pressed->keys[code] = is_down;
		fake(pressed, is_down ? XCB_KEY_PRESS : XCB_KEY_RELEASE, code, 0, 0);
	}
}

void shot_press_button(struct shot_pressed *pressed, uint8_t button, bool is_down)
{
	if (pressed->buttons[button] != is_down) {
		pressed->buttons[button] = is_down;
		fake(pressed, is_down ? XCB_BUTTON_PRESS : XCB_BUTTON_RELEASE, button, 0, 0);
	}
}

void shot_press_move(struct shot_pressed *pressed, int16_t x, int16_t y)
{
	fake(pressed, XCB_MOTION_NOTIFY, 0, x, y);
}

void shot_press_nothing(struct shot_pressed *pressed)
{
	for (int i = 0; i < 256; i++) {
		shot_press_button(pressed, (uint8_t)i, false);
		shot_press_key(pressed, (uint8_t)i, false);
	}
}
