#include "input/xkb.h"

#include <pthread.h>

#include "base/library.h"

static struct shot_xkb_library library;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct shot_error reason;
static bool is_loaded;

static void load(void)
{
	static const char *const names[] = {"xkb_context_new", "xkb_context_unref",
		"xkb_context_set_log_level", "xkb_keymap_new_from_string", "xkb_keymap_unref",
		"xkb_keymap_min_keycode", "xkb_keymap_max_keycode",
		"xkb_keymap_num_layouts_for_key", "xkb_keymap_mod_get_name",
		"xkb_keymap_mod_get_index", "xkb_state_new", "xkb_state_unref",
		"xkb_state_update_key", "xkb_state_update_mask", "xkb_state_key_get_one_sym",
		"xkb_state_serialize_mods", "xkb_state_serialize_layout", "xkb_keysym_from_name",
		"xkb_keysym_get_name", "xkb_keysym_to_utf32", "xkb_keysym_to_upper",
		"xkb_keysym_to_lower", "xkb_utf32_to_keysym", NULL};
	_Static_assert(sizeof library == sizeof names - sizeof *names, "a name for each pointer");
	is_loaded = shot_library_load(SHOT_LIBRARY_XKBCOMMON, names, &library, &reason);
}

const struct shot_xkb_library *shot_xkb(struct shot_error *err)
{
	pthread_once(&once, load);
	if (!is_loaded) {
		shot_fail(err, "ENOTSUP", "cannot press keys: %s", reason.message);
		return NULL;
	}
	return &library;
}
