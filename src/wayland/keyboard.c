#include "wayland/keyboard.h"

#include <string.h>
#include <unistd.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include "base/clock.h"
#include "base/segment.h"
#include "input/chord.h"
#include "input/hangup.h"
#include "wayland/library.h"
#include "wayland/session.h"

#include <wayland-client-protocol.h>
#include <virtual-keyboard-unstable-v1-client-protocol.h>

enum { KERNEL_CODES = 8 }; /* XKB's are that much larger */

/* A compositor disconnects a program whose unread events exceed the compositor's buffer. Before
 * libwayland 1.23 that is the socket's: 100 KB of events that were sent together, or 250 events
 * that were sent one by one. The keyboard therefore assumes a program that takes this long for one
 * event, and for all events of one flush, and runs ahead of such a program by this time at most. */
static const int64_t event_ns = SHOT_NS_PER_S / 2000, events_ns = SHOT_NS_PER_S / 133,
		     ahead_ns = SHOT_NS_PER_S * 3 / 4;

static uint32_t now(void)
{
	return (uint32_t)(shot_clock_ns() / 1000000);
}

/* Tells the compositor the map. Earlier keys keep their meaning, because programs get maps and keys
 * in order. */
static bool send_map(struct shot_wayland_keyboard *keyboard, struct shot_error *err)
{
	char text[SHOT_WAYLAND_KEYMAP_TEXT];
	size_t size = shot_wayland_keymap_write(&keyboard->map, text);
	struct shot_segment segment;
	int fd;
	if (!shot_segment_create(&segment, size, &fd, err)) {
		return false;
	}
	memcpy(segment.data, text, size);
	zwp_virtual_keyboard_v1_keymap(
		keyboard->proxy, WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, fd, (uint32_t)size);
	shot_segment_finish(&segment);
	close(fd);
	return true;
}

bool shot_wayland_keyboard_begin(struct shot_wayland_keyboard *keyboard,
	struct shot_wayland *wayland, struct zwp_virtual_keyboard_v1 *proxy, int watched,
	struct shot_error *err)
{
	*keyboard = (struct shot_wayland_keyboard){
		.wayland = wayland, .proxy = proxy, .watched = watched};
	shot_wayland_keymap_begin(&keyboard->map);
	return send_map(keyboard, err);
}

void shot_wayland_keyboard_end(struct shot_wayland_keyboard *keyboard)
{
	if (keyboard->proxy) {
		shot_wayland_keyboard_let_go(keyboard);
		zwp_virtual_keyboard_v1_destroy(keyboard->proxy);
	}
}

/* Presses or releases a key, as a keyboard does: a modifier's effect comes after its event. */
static void press(struct shot_wayland_keyboard *keyboard, uint8_t code, bool is_down)
{
	uint8_t modifier = shot_wayland_keymap_modifier(code);
	if (keyboard->is_down[code] == is_down) {
		return;
	}
	keyboard->is_down[code] = is_down;
	keyboard->read_at += event_ns * (modifier ? 2 : 1);
	zwp_virtual_keyboard_v1_key(keyboard->proxy, now(), code - KERNEL_CODES,
		is_down ? WL_KEYBOARD_KEY_STATE_PRESSED : WL_KEYBOARD_KEY_STATE_RELEASED);
	if (modifier) {
		keyboard->modifiers = is_down ? keyboard->modifiers | modifier
					      : keyboard->modifiers & (uint8_t)~modifier;
		zwp_virtual_keyboard_v1_modifiers(keyboard->proxy, keyboard->modifiers, 0, 0, 0);
	}
}

/* Presses or releases the key that is Shift, where a key needs it. */
static void press_shift(
	struct shot_wayland_keyboard *keyboard, struct shot_wayland_key key, bool is_down)
{
	struct shot_wayland_key shift;
	if (key.modifiers && shot_wayland_keymap_find(&keyboard->map, XKB_KEY_Shift_L, &shift)) {
		press(keyboard, shift.code, is_down);
	}
}

/* How many of the first keysyms have keys, after keys were lent; the map is sent if it has changed.
 * 0 with `err`. */
static unsigned prepare(struct shot_wayland_keyboard *keyboard, const uint32_t *keysyms,
	unsigned count, struct shot_error *err)
{
	struct shot_wayland_key key;
	unsigned ready = 0;
	bool has_changed = false;
	while (ready < count) {
		if (!shot_wayland_keymap_find(&keyboard->map, keysyms[ready], &key)) {
			if (!shot_wayland_keymap_lend(&keyboard->map, keysyms[ready])) {
				break;
			}
			has_changed = true;
		}
		ready++;
	}
	if (ready == 0) { /* all keys are lent: they go to others */
		shot_wayland_keymap_begin(&keyboard->map);
		return prepare(keyboard, keysyms, count, err);
	}
	return !has_changed || send_map(keyboard, err) ? ready : 0;
}

/* Waits for that time, and for a program that reads slowly. Returns whether the acts are no longer
 * wanted. */
static bool rest(struct shot_wayland_keyboard *keyboard, double seconds)
{
	int64_t now = shot_clock_ns(), lag = keyboard->read_at - now - ahead_ns;
	keyboard->read_at = (keyboard->read_at > now ? keyboard->read_at : now) + events_ns;
	return shot_hung_up(
		keyboard->watched, seconds + (lag > 0 ? (double)lag / SHOT_NS_PER_S : 0));
}

bool shot_wayland_keyboard_hold(
	struct shot_wayland_keyboard *keyboard, const struct shot_act *act, struct shot_error *err)
{
	unsigned ready = act->key_count;
	rest(keyboard, 0);
	if (ready > 0) {
		ready = prepare(keyboard, act->keys, act->key_count, err);
	}
	if (ready > 0 && ready < act->key_count) { /* too few were left; now all are */
		shot_wayland_keymap_begin(&keyboard->map);
		ready = prepare(keyboard, act->keys, act->key_count, err);
	}
	for (unsigned i = 0; i < ready; i++) {
		struct shot_wayland_key key;
		if (shot_wayland_keymap_find(&keyboard->map, act->keys[i], &key)) {
			press_shift(keyboard, key, true);
			press(keyboard, key.code, true);
		}
	}
	return ready == act->key_count;
}

void shot_wayland_keyboard_let_go(struct shot_wayland_keyboard *keyboard)
{
	/* The last key first: it is the one that acts. Modifiers are let go of after it. */
	for (int is_modifier = 0; is_modifier <= 1; is_modifier++) {
		for (unsigned code = 0; code < SHOT_WAYLAND_KEYS; code++) {
			if ((shot_wayland_keymap_modifier((uint8_t)code) != 0) == is_modifier) {
				press(keyboard, (uint8_t)code, false);
			}
		}
	}
}

static void strike(struct shot_wayland_keyboard *keyboard, uint32_t keysym)
{
	struct shot_wayland_key key;
	if (shot_wayland_keymap_find(&keyboard->map, keysym, &key)) { /* prepare has seen it */
		press_shift(keyboard, key, true);
		press(keyboard, key.code, true);
		press(keyboard, key.code, false);
		press_shift(keyboard, key, false);
	}
}

/* Presses the keys of all keysyms, no faster than compositor and programs take them; stops when the
 * text is no longer wanted. */
static bool strike_all(struct shot_wayland_keyboard *keyboard, const uint32_t *keysyms,
	unsigned count, uint32_t pause_us, struct shot_error *err)
{
	for (unsigned i = 0; i < count; i++) {
		strike(keyboard, keysyms[i]);
		if (shot_act_pauses_after(i, pause_us)) {
			if (!shot_wayland_settle(keyboard->wayland, err)) {
				return false;
			}
			if (rest(keyboard, pause_us / 1e6)) {
				return true;
			}
		}
	}
	return true;
}

bool shot_wayland_keyboard_type(
	struct shot_wayland_keyboard *keyboard, const struct shot_act *act, struct shot_error *err)
{
	uint32_t keysyms[SHOT_ACT_UNITS];
	for (unsigned i = 0; i < act->count; i++) {
		keysyms[i] = shot_chord_of(act->units[i]);
	}
	for (unsigned done = 0; done < act->count && !rest(keyboard, 0);) {
		unsigned ready = prepare(keyboard, keysyms + done, act->count - done, err);
		if (ready == 0 ||
			!strike_all(keyboard, keysyms + done, ready, act->pause_us, err)) {
			return false;
		}
		done += ready;
	}
	return true;
}
