#include "input/chord.h"

#include <string.h>
#include <strings.h>

#include "input/xkb.h"

enum { LONGEST_NAME = 64 };

static const struct {
	const char *name;
	uint32_t keysym;
} usual[] = {
	{"ctrl", XKB_KEY_Control_L},
	{"control", XKB_KEY_Control_L},
	{"shift", XKB_KEY_Shift_L},
	{"alt", XKB_KEY_Alt_L},
	{"altgr", XKB_KEY_ISO_Level3_Shift},
	{"super", XKB_KEY_Super_L},
	{"win", XKB_KEY_Super_L},
	{"meta", XKB_KEY_Meta_L},
	{"enter", XKB_KEY_Return},
	{"esc", XKB_KEY_Escape},
	{"space", XKB_KEY_space},
	{"backspace", XKB_KEY_BackSpace},
	{"del", XKB_KEY_Delete},
	{"ins", XKB_KEY_Insert},
	{"pageup", XKB_KEY_Page_Up},
	{"pagedown", XKB_KEY_Page_Down},
	{"capslock", XKB_KEY_Caps_Lock},
};

uint32_t shot_chord_of(uint32_t character)
{
	struct shot_error ignored;
	const struct shot_xkb_library *xkb = shot_xkb(&ignored);
	switch (character) {
	case '\n':
	case '\r':
		return XKB_KEY_Return;
	case '\t':
		return XKB_KEY_Tab;
	case '\b':
		return XKB_KEY_BackSpace;
	case 0x1b:
		return XKB_KEY_Escape;
	case 0x7f:
		return XKB_KEY_Delete;
	default:
		break;
	}
	bool is_control = character < ' ' || (character >= 0x80 && character < 0xa0);
	return is_control || !xkb ? XKB_KEY_NoSymbol : xkb->utf32_to_keysym(character);
}

/* The one character that `name` is in UTF-8; 0 when it is none, or more. The binding has checked
 * that it is UTF-8. */
static uint32_t only_character(const char *name, size_t length)
{
	const unsigned char *bytes = (const void *)name;
	static const struct {
		unsigned char mask, lead;
	} forms[] = {{0x80, 0x00}, {0xe0, 0xc0}, {0xf0, 0xe0}, {0xf8, 0xf0}};
	if (length == 0 || length > 4 ||
		(bytes[0] & forms[length - 1].mask) != forms[length - 1].lead) {
		return 0;
	}
	uint32_t character = bytes[0] & (uint32_t)(unsigned char)~forms[length - 1].mask;
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80) {
			return 0;
		}
		character = character << 6 | (bytes[i] & 0x3f);
	}
	return character;
}

static uint32_t find(const struct shot_xkb_library *xkb, const char *name)
{
	uint32_t character = only_character(name, strlen(name));
	if (character) {
		return shot_chord_of(character);
	}
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		if (strcasecmp(name, usual[i].name) == 0) {
			return usual[i].keysym;
		}
	}
	uint32_t keysym = xkb->keysym_from_name(name, XKB_KEYSYM_NO_FLAGS);
	return keysym ? keysym : xkb->keysym_from_name(name, XKB_KEYSYM_CASE_INSENSITIVE);
}

unsigned shot_chord_parse(const char *text, uint32_t keys[SHOT_ACT_KEYS], struct shot_error *err)
{
	const struct shot_xkb_library *xkb = shot_xkb(err);
	if (!xkb) {
		return 0;
	}
	unsigned count = 0;
	const char *at = text;
	for (;;) {
		size_t length = *at == '+' ? 1 : strcspn(at, "+");
		char name[LONGEST_NAME];
		if (length >= sizeof name) {
			shot_fail(err, "EINVAL", "a key's name of %zu bytes is too long", length);
			return 0;
		}
		memcpy(name, at, length);
		name[length] = '\0';
		uint32_t keysym = find(xkb, name);
		if (!keysym) {
			shot_fail(err, "EINVAL",
				"'%s' is not a key: keys joined by '+' expected, as \"ctrl+shift+t\", "
				"\"Return\" or \"F5\"",
				name);
			return 0;
		}
		if (count == SHOT_ACT_KEYS) {
			shot_fail(err, "EINVAL", "'%.100s' is more than %d keys", text,
				SHOT_ACT_KEYS);
			return 0;
		}
		keys[count++] = keysym;
		at += length;
		if (*at == '\0') {
			return count;
		}
		at++; /* the '+' between two */
	}
}
