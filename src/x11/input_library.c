#include "x11/input_library.h"

#include <pthread.h>

#include "base/library.h"

static struct shot_input_library library;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct shot_error reason;
static bool is_loaded;

static bool load_all(void)
{
	static const char *const of_xtest[] = {"xcb_test_id", "xcb_test_fake_input", NULL};
	static const char *const of_xkb[] = {
		"xcb_xkb_get_map", "xcb_xkb_get_map_reply", "xcb_xkb_set_map", NULL};
	static const char *const of_res[] = {
		"xcb_res_query_client_ids", "xcb_res_query_client_ids_reply", NULL};
	static const char *const of_keymaps[] = {"xkb_x11_setup_xkb_extension",
		"xkb_x11_get_core_keyboard_device_id", "xkb_x11_keymap_new_from_device",
		"xkb_x11_state_new_from_device", NULL};
	if (!shot_library_load(SHOT_LIBRARY_XTEST, of_xtest, &library.xtest_id, &reason) ||
		!shot_library_load(SHOT_LIBRARY_XCB_XKB, of_xkb, &library.get_map, &reason) ||
		!shot_library_load(
			SHOT_LIBRARY_XCB_RES, of_res, &library.query_client_ids, &reason) ||
		!shot_library_load(
			SHOT_LIBRARY_XKBCOMMON_X11, of_keymaps, &library.setup, &reason)) {
		return false;
	}
	library.xkb = shot_xkb(&reason);
	return library.xkb != NULL;
}

static void load(void)
{
	is_loaded = load_all();
}

const struct shot_input_library *shot_input_library(struct shot_error *err)
{
	pthread_once(&once, load);
	if (!is_loaded) {
		shot_fail(err, "ENOTSUP", "cannot act on an X server: %s", reason.message);
		return NULL;
	}
	return &library;
}
