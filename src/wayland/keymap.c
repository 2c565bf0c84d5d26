#include "wayland/keymap.h"

#include <stdarg.h>
#include <stdio.h>
#include <xkbcommon/xkbcommon-keysyms.h>

enum { FIRST = 9, SHIFT = 1 };

/* Keys that give characters: neighbors, from the code of the first. */
static const struct {
	uint8_t code;
	const char *plain, *shifted;
} rows[] = {
	{10, "1234567890-=", "!@#$%^&*()_+"},
	{24, "qwertyuiop[]", "QWERTYUIOP{}"},
	{38, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
	{51, "\\zxcvbnm,./", "|ZXCVBNM<>?"},
	{65, " ", " "},
};

/* The other keys, with the mask of the modifier that some are. */
static const struct {
	uint8_t code, modifier;
	uint32_t keysym;
} others[] = {
	{9, 0, XKB_KEY_Escape},
	{22, 0, XKB_KEY_BackSpace},
	{23, 0, XKB_KEY_Tab},
	{36, 0, XKB_KEY_Return},
	{37, 4, XKB_KEY_Control_L},
	{50, SHIFT, XKB_KEY_Shift_L},
	{62, SHIFT, XKB_KEY_Shift_R},
	{64, 8, XKB_KEY_Alt_L},
	{67, 0, XKB_KEY_F1},
	{68, 0, XKB_KEY_F2},
	{69, 0, XKB_KEY_F3},
	{70, 0, XKB_KEY_F4},
	{71, 0, XKB_KEY_F5},
	{72, 0, XKB_KEY_F6},
	{73, 0, XKB_KEY_F7},
	{74, 0, XKB_KEY_F8},
	{75, 0, XKB_KEY_F9},
	{76, 0, XKB_KEY_F10},
	{92, 128, XKB_KEY_ISO_Level3_Shift},
	{95, 0, XKB_KEY_F11},
	{96, 0, XKB_KEY_F12},
	{105, 4, XKB_KEY_Control_R},
	{107, 0, XKB_KEY_Print},
	{108, 8, XKB_KEY_Alt_R},
	{110, 0, XKB_KEY_Home},
	{111, 0, XKB_KEY_Up},
	{112, 0, XKB_KEY_Page_Up},
	{113, 0, XKB_KEY_Left},
	{114, 0, XKB_KEY_Right},
	{115, 0, XKB_KEY_End},
	{116, 0, XKB_KEY_Down},
	{117, 0, XKB_KEY_Page_Down},
	{118, 0, XKB_KEY_Insert},
	{119, 0, XKB_KEY_Delete},
	{133, 64, XKB_KEY_Super_L},
	{134, 64, XKB_KEY_Super_R},
	{135, 0, XKB_KEY_Menu},
};

enum { OTHERS = sizeof others / sizeof *others };

void shot_wayland_keymap_begin(struct shot_wayland_keymap *map)
{
	*map = (struct shot_wayland_keymap){0};
	for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
		for (size_t i = 0; rows[row].plain[i]; i++) {
			uint32_t *keysyms = map->keysyms[rows[row].code + i];
			keysyms[0] = (uint8_t)rows[row].plain[i];
			keysyms[1] = (uint8_t)rows[row].shifted[i];
		}
	}
	for (size_t i = 0; i < OTHERS; i++) {
		map->keysyms[others[i].code][0] = others[i].keysym;
	}
}

bool shot_wayland_keymap_find(
	const struct shot_wayland_keymap *map, uint32_t keysym, struct shot_wayland_key *key)
{
	for (unsigned i = 0; i < 2 * SHOT_WAYLAND_KEYS; i++) {
		unsigned code = i % SHOT_WAYLAND_KEYS, is_shifted = i / SHOT_WAYLAND_KEYS;
		if (map->keysyms[code][is_shifted] == keysym) {
			*key = (struct shot_wayland_key){(uint8_t)code, is_shifted ? SHIFT : 0};
			return true;
		}
	}
	return false;
}

bool shot_wayland_keymap_lend(struct shot_wayland_keymap *map, uint32_t keysym)
{
	for (unsigned code = SHOT_WAYLAND_KEYS - 1; code >= FIRST; code--) {
		if (!map->keysyms[code][0]) {
			map->keysyms[code][0] = keysym;
			map->is_lent[code] = true;
			return true;
		}
	}
	return false;
}

uint8_t shot_wayland_keymap_modifier(uint8_t code)
{
	for (size_t i = 0; i < OTHERS; i++) {
		if (others[i].code == code) {
			return others[i].modifier;
		}
	}
	return 0;
}

/* A text that grows; the room is enough for all keys. */
struct writer {
	char *text;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(
	struct writer *writer, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	size_t room = SHOT_WAYLAND_KEYMAP_TEXT - writer->used;
	int length = vsnprintf(writer->text + writer->used, room, format, arguments);
	va_end(arguments);
	writer->used += length > 0 && (size_t)length < room ? (size_t)length : 0;
}

static void add_modifiers(struct writer *writer)
{
	static const struct {
		uint8_t mask;
		const char *name;
	} names[] = {{SHIFT, "Shift"}, {4, "Control"}, {8, "Mod1"}, {64, "Mod4"}, {128, "Mod5"}};
	for (size_t i = 0; i < OTHERS; i++) {
		for (size_t of = 0; of < sizeof names / sizeof *names; of++) {
			if (others[i].modifier == names[of].mask) {
				add(writer, "modifier_map %s { <K%u> };\n", names[of].name,
					others[i].code);
			}
		}
	}
}

size_t shot_wayland_keymap_write(
	const struct shot_wayland_keymap *map, char text[SHOT_WAYLAND_KEYMAP_TEXT])
{
	struct writer writer = {.text = text};
	add(&writer, "xkb_keymap {\nxkb_keycodes \"luashot\" {\nminimum = 8;\nmaximum = 255;\n");
	for (unsigned code = FIRST; code < SHOT_WAYLAND_KEYS; code++) {
		add(&writer, "<K%u> = %u;\n", code, code);
	}
	add(&writer, "};\nxkb_types \"luashot\" { include \"complete\" };\n"
		     "xkb_compatibility \"luashot\" { include \"complete\" };\n"
		     "xkb_symbols \"luashot\" {\n");
	for (unsigned code = FIRST; code < SHOT_WAYLAND_KEYS; code++) {
		const uint32_t *keysyms = map->keysyms[code];
		if (keysyms[1]) {
			add(&writer, "key <K%u> { [ 0x%x, 0x%x ] };\n", code, (unsigned)keysyms[0],
				(unsigned)keysyms[1]);
		} else if (keysyms[0]) {
			add(&writer, "key <K%u> { [ 0x%x ] };\n", code, (unsigned)keysyms[0]);
		}
	}
	add_modifiers(&writer);
	add(&writer, "};\n};\n");
	return writer.used + 1;
}
