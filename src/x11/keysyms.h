/* The symbols of an X server's keys, as XKB stores them: read and written as a whole, so that one
 * request changes many keys. Programs read the map again after each request. */
#ifndef SHOT_X11_KEYSYMS_H
#define SHOT_X11_KEYSYMS_H

#include <stdbool.h>
#include <stdint.h>

#include "x11/input_library.h"

enum { SHOT_KEYSYMS_CODES = 256, SHOT_KEYSYMS_LEVELS = 4 };

/* Types of keys with one group: which symbol the modifiers choose. */
enum shot_keysyms_type {
	SHOT_KEYSYMS_LETTERS, /* two letters, small and large, and the other two with level 3 */
	SHOT_KEYSYMS_SYMBOLS, /* four symbols: alone, Shift, level 3, both */
	SHOT_KEYSYMS_TYPES,
};

struct shot_keysyms {
	const struct shot_input_library *library;
	xcb_connection_t *xcb;
	xcb_xkb_get_map_reply_t *reply;
	const uint8_t *keys[SHOT_KEYSYMS_CODES]; /* in the reply; NULL: no such key */
	/* The server's numbers of the types, and how many symbols each has: 4, or 2 where
	 * the keyboard lacks level 3. */
	uint8_t types[SHOT_KEYSYMS_TYPES], widths[SHOT_KEYSYMS_TYPES];
};

/* Read it; blocks. `level3` is the modifier for level 3; 0: there is none. False when the server's
 * answer is invalid. The caller frees the reply. */
bool shot_keysyms_read(struct shot_keysyms *map, const struct shot_input_library *library,
	xcb_connection_t *xcb, uint8_t level3);
void shot_keysyms_free(struct shot_keysyms *map);

/* The first symbol of a key; 0 when it has none. */
uint32_t shot_keysyms_first(const struct shot_keysyms *map, unsigned code);

/* The new symbols of keys to change (keysyms[0] 0: none). */
struct shot_keysyms_change {
	bool is_wanted;
	enum shot_keysyms_type type;
	uint32_t keysyms[SHOT_KEYSYMS_LEVELS]; /* 0: none */
};

/* Write the changes, by key, in one request. */
void shot_keysyms_write(const struct shot_keysyms *map,
	const struct shot_keysyms_change changes[SHOT_KEYSYMS_CODES]);

#endif
