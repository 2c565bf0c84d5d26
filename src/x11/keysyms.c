#include "x11/keysyms.h"

#include <stdlib.h>
#include <string.h>

enum {
	HEAD = 8,     /* bytes before a key's symbols, or a type's entries */
	ENTRY = 8,    /* bytes of an entry of a type */
	PRESERVE = 4, /* bytes after the entries for each entry, in some types */
	TWO_LEVEL = 1,
	ALPHABETIC = 2, /* numbers that XKB has fixed */
	SHIFT = 1,
	LOCK = 2,
};

/* The level of a type that a mask of modifiers chooses. */
static unsigned level_of(const uint8_t *type, uint8_t mask)
{
	for (unsigned i = 0; i < type[5]; i++) {
		const uint8_t *entry = type + HEAD + i * ENTRY;
		if (entry[0] && entry[1] == (mask & type[0])) {
			return entry[2];
		}
	}
	return 0;
}

static bool has_four_levels(const uint8_t *type, uint8_t level3)
{
	return type[4] == SHOT_KEYSYMS_LEVELS && level_of(type, SHIFT) == 1 &&
	       level_of(type, level3) == 2 && level_of(type, SHIFT | level3) == 3;
}

/* As letters, Caps Lock exchanges the small and the large ones of both pairs. */
static bool is_alphabetic(const uint8_t *type, uint8_t level3)
{
	return level_of(type, LOCK) == 1 && level_of(type, LOCK | SHIFT) == 0 &&
	       level_of(type, LOCK | level3) == 3 && level_of(type, LOCK | level3 | SHIFT) == 2;
}

static bool ignores_lock(const uint8_t *type)
{
	return !(type[0] & LOCK);
}

static void take_type(struct shot_keysyms *map, enum shot_keysyms_type which, unsigned number)
{
	if (map->widths[which] < SHOT_KEYSYMS_LEVELS) {
		map->types[which] = (uint8_t)number;
		map->widths[which] = SHOT_KEYSYMS_LEVELS;
	}
}

/* Find the types among those at `at`, and return what follows; NULL when they do not fit. */
static const uint8_t *read_types(
	struct shot_keysyms *map, const uint8_t *at, const uint8_t *end, uint8_t level3)
{
	map->types[SHOT_KEYSYMS_LETTERS] = ALPHABETIC;
	map->types[SHOT_KEYSYMS_SYMBOLS] = TWO_LEVEL;
	map->widths[SHOT_KEYSYMS_LETTERS] = map->widths[SHOT_KEYSYMS_SYMBOLS] = 2;
	for (unsigned i = 0; i < map->reply->nTypes; i++) {
		if (end - at < HEAD || end - at < HEAD + at[5] * (ENTRY + (at[6] ? PRESERVE : 0))) {
			return NULL;
		}
		if (level3 && has_four_levels(at, level3)) {
			if (is_alphabetic(at, level3)) {
				take_type(map, SHOT_KEYSYMS_LETTERS, i);
			} else if (ignores_lock(at)) {
				take_type(map, SHOT_KEYSYMS_SYMBOLS, i);
			}
		}
		at += HEAD + at[5] * (ENTRY + (at[6] ? PRESERVE : 0));
	}
	return at;
}

static uint16_t count_of(const uint8_t *key)
{
	uint16_t count;
	memcpy(&count, key + 6, sizeof count);
	return count;
}

static bool read_keys(struct shot_keysyms *map, const uint8_t *at, const uint8_t *end)
{
	unsigned first = map->reply->firstKeySym;
	for (unsigned i = 0; i < map->reply->nKeySyms; i++) {
		if (first + i >= SHOT_KEYSYMS_CODES || end - at < HEAD ||
			end - at < HEAD + count_of(at) * 4) {
			return false;
		}
		map->keys[first + i] = at;
		at += HEAD + count_of(at) * 4;
	}
	return map->reply->nKeySyms > 0;
}

bool shot_keysyms_read(struct shot_keysyms *map, const struct shot_input_library *library,
	xcb_connection_t *xcb, uint8_t level3)
{
	const uint16_t parts = XCB_XKB_MAP_PART_KEY_TYPES | XCB_XKB_MAP_PART_KEY_SYMS;
	*map = (struct shot_keysyms){.library = library, .xcb = xcb};
	map->reply = library->get_map_reply(xcb,
		library->get_map(xcb, XCB_XKB_ID_USE_CORE_KBD, parts, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
			0, 0, 0, 0, 0, 0),
		NULL);
	if (!map->reply) {
		return false;
	}
	const uint8_t *at = (const uint8_t *)map->reply + sizeof *map->reply;
	const uint8_t *end = (const uint8_t *)map->reply + 32 + (size_t)map->reply->length * 4;
	at = read_types(map, at, end, level3);
	if (at && read_keys(map, at, end)) {
		return true;
	}
	shot_keysyms_free(map);
	return false;
}

void shot_keysyms_free(struct shot_keysyms *map)
{
	free(map->reply);
	map->reply = NULL;
}

uint32_t shot_keysyms_first(const struct shot_keysyms *map, unsigned code)
{
	uint32_t keysym = 0;
	if (map->keys[code] && count_of(map->keys[code]) > 0) {
		memcpy(&keysym, map->keys[code] + HEAD, sizeof keysym);
	}
	return keysym;
}

/* Put a changed key where it goes; returns what follows. */
static uint8_t *put(
	const struct shot_keysyms *map, const struct shot_keysyms_change *change, uint8_t *at)
{
	bool has_any = change->keysyms[0] != 0;
	uint16_t count = has_any ? map->widths[change->type] : 0;
	memset(at, 0, HEAD);
	at[0] = has_any ? map->types[change->type] : 0;
	at[4] = has_any; /* groups */
	at[5] = (uint8_t)count;
	memcpy(at + 6, &count, sizeof count);
	memcpy(at + HEAD, change->keysyms, count * sizeof *change->keysyms);
	return at + HEAD + count * 4;
}

void shot_keysyms_write(const struct shot_keysyms *map,
	const struct shot_keysyms_change changes[SHOT_KEYSYMS_CODES])
{
	unsigned first = SHOT_KEYSYMS_CODES, last = 0;
	size_t room = 0;
	for (unsigned code = 0; code < SHOT_KEYSYMS_CODES; code++) {
		if (map->keys[code] && changes[code].is_wanted) {
			first = code < first ? code : first;
			last = code;
		}
		room += HEAD +
			4 * (map->keys[code] && count_of(map->keys[code]) > SHOT_KEYSYMS_LEVELS
					    ? count_of(map->keys[code])
					    : (unsigned)SHOT_KEYSYMS_LEVELS);
	}
	uint8_t *values = first <= last ? malloc(room) : NULL;
	if (!values) {
		return;
	}
	uint8_t *at = values;
	uint16_t total = 0;
	for (unsigned code = first; code <= last; code++) {
		uint8_t *begin = at;
		if (changes[code].is_wanted) {
			at = put(map, &changes[code], at);
		} else {
			size_t size = HEAD + (size_t)count_of(map->keys[code]) * 4;
			memcpy(at, map->keys[code], size);
			at += size;
		}
		total = (uint16_t)(total + count_of(begin));
	}
	map->library->set_map(map->xcb, XCB_XKB_ID_USE_CORE_KBD, XCB_XKB_MAP_PART_KEY_SYMS, 0,
		map->reply->minKeyCode, map->reply->maxKeyCode, 0, 0, (xcb_keycode_t)first,
		(uint8_t)(last - first + 1), total, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		values);
	free(values);
}
