/* The map of a virtual keyboard, of luashot's own: the keys of a us keyboard with their usual
 * codes, so that programs know shortcuts by either, and other symbols on the keys that are left. */
#ifndef SHOT_WAYLAND_KEYMAP_H
#define SHOT_WAYLAND_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SHOT_WAYLAND_KEYS = 256,	  /* codes as XKB has them: 8 more than the kernel's */
	SHOT_WAYLAND_KEYMAP_TEXT = 24000, /* bytes, at most, of its text */
};

struct shot_wayland_keymap {
	uint32_t keysyms[SHOT_WAYLAND_KEYS][2]; /* alone, and with Shift; 0: none */
	bool is_lent[SHOT_WAYLAND_KEYS];
};

struct shot_wayland_key {
	uint8_t code;
	uint8_t modifiers; /* the mask of what must be down: Shift, or none */
};

/* A us keyboard. */
void shot_wayland_keymap_begin(struct shot_wayland_keymap *map);

/* The key that gives a keysym; false: none. */
bool shot_wayland_keymap_find(
	const struct shot_wayland_keymap *map, uint32_t keysym, struct shot_wayland_key *key);

/* Put a keysym on a key that is left; false: none is. */
bool shot_wayland_keymap_lend(struct shot_wayland_keymap *map, uint32_t keysym);

/* The mask of the modifier that a key is; 0: it is none. */
uint8_t shot_wayland_keymap_modifier(uint8_t code);

/* Write it as XKB's text, with its zero; the length includes that. The reader needs the data of
 * xkeyboard-config, as compositors do. */
size_t shot_wayland_keymap_write(
	const struct shot_wayland_keymap *map, char text[SHOT_WAYLAND_KEYMAP_TEXT]);

#endif
