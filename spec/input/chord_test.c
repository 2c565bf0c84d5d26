/* Keys by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include "input/chord.h"

static void check(const char *text, unsigned count, const uint32_t *wanted)
{
	uint32_t keys[SHOT_ACT_KEYS];
	struct shot_error err;
	assert_int_equal(shot_chord_parse(text, keys, &err), count);
	assert_memory_equal(keys, wanted, count * sizeof *wanted);
}

static void test_keys(void **state)
{
	(void)state;
	check("a", 1, (uint32_t[]){XKB_KEY_a});
	check("Return", 1, (uint32_t[]){XKB_KEY_Return});
	check("return", 1, (uint32_t[]){XKB_KEY_Return});
	check("ctrl+shift+t", 3, (uint32_t[]){XKB_KEY_Control_L, XKB_KEY_Shift_L, XKB_KEY_t});
	check("Ctrl+F5", 2, (uint32_t[]){XKB_KEY_Control_L, XKB_KEY_F5});
	check("altgr+\xc3\xa9", 2, (uint32_t[]){XKB_KEY_ISO_Level3_Shift, XKB_KEY_eacute});
	check("\xe2\x82\xac", 1, (uint32_t[]){XKB_KEY_EuroSign});
	check("\xf0\x9f\x98\x80", 1, (uint32_t[]){0x101f600});
	check("pageup", 1, (uint32_t[]){XKB_KEY_Page_Up});
	check("\n", 1, (uint32_t[]){XKB_KEY_Return});
	check("control+alt+super", 3,
		(uint32_t[]){XKB_KEY_Control_L, XKB_KEY_Alt_L, XKB_KEY_Super_L});
	check("win+meta", 2, (uint32_t[]){XKB_KEY_Super_L, XKB_KEY_Meta_L});
	check("enter+esc+space", 3, (uint32_t[]){XKB_KEY_Return, XKB_KEY_Escape, XKB_KEY_space});
	check("backspace+del+ins", 3,
		(uint32_t[]){XKB_KEY_BackSpace, XKB_KEY_Delete, XKB_KEY_Insert});
	check("pagedown+capslock", 2, (uint32_t[]){XKB_KEY_Page_Down, XKB_KEY_Caps_Lock});
}

static void test_plus(void **state)
{
	(void)state;
	check("+", 1, (uint32_t[]){XKB_KEY_plus});
	check("ctrl++", 2, (uint32_t[]){XKB_KEY_Control_L, XKB_KEY_plus});
	check("++a", 2, (uint32_t[]){XKB_KEY_plus, XKB_KEY_a});
}

static void check_wrong(const char *text, const char *part)
{
	uint32_t keys[SHOT_ACT_KEYS];
	struct shot_error err;
	assert_int_equal(shot_chord_parse(text, keys, &err), 0);
	assert_true(shot_error_is(&err, SHOT_EINVAL));
	assert_non_null(strstr(err.message, part));
}

static void test_wrong(void **state)
{
	(void)state;
	check_wrong("", "'' is not a key");
	check_wrong("ctrl+", "'' is not a key");
	check_wrong("ctrl+foo+a", "'foo' is not a key");
	check_wrong("a\xff", "is not a key");
	check_wrong("\x01", "is not a key");
	check_wrong("a+a+a+a+a+a+a+a+a", "more than 8 keys");
	check_wrong(
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"too long");
}

static void test_characters(void **state)
{
	(void)state;
	assert_int_equal(shot_chord_of('\t'), XKB_KEY_Tab);
	assert_int_equal(shot_chord_of('\r'), XKB_KEY_Return);
	assert_int_equal(shot_chord_of('\b'), XKB_KEY_BackSpace);
	assert_int_equal(shot_chord_of(0x7f), XKB_KEY_Delete);
	assert_int_equal(shot_chord_of(0x1b), XKB_KEY_Escape);
	assert_int_equal(shot_chord_of(1), XKB_KEY_NoSymbol);
	assert_int_equal(shot_chord_of(0x85), XKB_KEY_NoSymbol);
	assert_int_equal(shot_chord_of(0x6f22), 0x1006f22);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_plus),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
