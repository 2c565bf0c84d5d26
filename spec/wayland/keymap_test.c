/* The map of the virtual keyboard, as libxkbcommon reads it. */
/* link: -lxkbcommon */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <xkbcommon/xkbcommon.h>

#include "wayland/keymap.h"

static struct xkb_keymap *compile(
	struct xkb_context *context, const struct shot_wayland_keymap *map)
{
	char text[SHOT_WAYLAND_KEYMAP_TEXT];
	size_t size = shot_wayland_keymap_write(map, text);
	assert_int_equal(size, strlen(text) + 1);
	struct xkb_keymap *keymap = xkb_keymap_new_from_string(
		context, text, XKB_KEYMAP_FORMAT_TEXT_V1, XKB_KEYMAP_COMPILE_NO_FLAGS);
	assert_non_null(keymap);
	return keymap;
}

/* The symbol of a key, with its modifiers down. */
static uint32_t press(struct xkb_keymap *keymap, struct shot_wayland_key key)
{
	struct xkb_state *state = xkb_state_new(keymap);
	xkb_state_update_mask(state, key.modifiers, 0, 0, 0, 0, 0);
	uint32_t keysym = xkb_state_key_get_one_sym(state, key.code);
	xkb_state_unref(state);
	return keysym;
}

static void check(struct xkb_keymap *keymap, const struct shot_wayland_keymap *map, uint32_t keysym)
{
	struct shot_wayland_key key;
	assert_true(shot_wayland_keymap_find(map, keysym, &key));
	assert_int_equal(press(keymap, key), keysym);
}

static void test_us(void **state)
{
	(void)state;
	struct xkb_context *context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	struct shot_wayland_keymap map;
	shot_wayland_keymap_begin(&map);
	struct xkb_keymap *keymap = compile(context, &map);
	for (uint32_t character = ' '; character < 0x7f; character++) {
		check(keymap, &map, character);
	}
	check(keymap, &map, XKB_KEY_Return);
	check(keymap, &map, XKB_KEY_F12);
	struct shot_wayland_key key;
	assert_false(shot_wayland_keymap_find(&map, XKB_KEY_EuroSign, &key));
	xkb_keymap_unref(keymap);
	xkb_context_unref(context);
}

/* Each key that is a modifier sets what it says, and programs know it by XKB's name. */
static void test_modifiers(void **state)
{
	(void)state;
	static const struct {
		uint32_t keysym;
		const char *name;
	} wanted[] = {{XKB_KEY_Shift_L, XKB_MOD_NAME_SHIFT}, {XKB_KEY_Control_R, XKB_MOD_NAME_CTRL},
		{XKB_KEY_Alt_L, XKB_MOD_NAME_ALT}, {XKB_KEY_Super_L, XKB_MOD_NAME_LOGO},
		{XKB_KEY_ISO_Level3_Shift, "Mod5"}};
	struct xkb_context *context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	struct shot_wayland_keymap map;
	shot_wayland_keymap_begin(&map);
	struct xkb_keymap *keymap = compile(context, &map);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct shot_wayland_key key;
		assert_true(shot_wayland_keymap_find(&map, wanted[i].keysym, &key));
		struct xkb_state *keyboard = xkb_state_new(keymap);
		xkb_state_update_key(keyboard, key.code, XKB_KEY_DOWN);
		assert_int_equal(
			xkb_state_serialize_mods(keyboard, XKB_STATE_MODS_DEPRESSED) & 0xff,
			shot_wayland_keymap_modifier(key.code));
		assert_int_equal(1, xkb_state_mod_name_is_active(
					    keyboard, wanted[i].name, XKB_STATE_MODS_DEPRESSED));
		xkb_state_unref(keyboard);
	}
	xkb_keymap_unref(keymap);
	xkb_context_unref(context);
}

/* Keys are lent until none is left; each gives its symbol, and the text always fits. */
static void test_lent(void **state)
{
	(void)state;
	struct xkb_context *context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	struct shot_wayland_keymap map;
	shot_wayland_keymap_begin(&map);
	unsigned count = 0;
	while (shot_wayland_keymap_lend(&map, 0x1100000 - count)) {
		count++;
	}
	assert_true(count >= 128);
	struct xkb_keymap *keymap = compile(context, &map);
	for (unsigned i = 0; i < count; i++) {
		check(keymap, &map, 0x1100000 - i);
	}
	check(keymap, &map, 'a');
	xkb_keymap_unref(keymap);
	xkb_context_unref(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_us),
		cmocka_unit_test(test_modifiers),
		cmocka_unit_test(test_lent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
