/* The libraries for acting on an X server, beyond those that captures link to. They are loaded when
 * a display is first opened for input. */
#ifndef SHOT_X11_INPUT_LIBRARY_H
#define SHOT_X11_INPUT_LIBRARY_H

#include <xcb/res.h>
#include <xcb/xcb.h>
#include <xcb/xkb.h>
#include <xcb/xtest.h>
#include <xkbcommon/xkbcommon-x11.h>

#include "base/error.h"
#include "input/xkb.h"

struct shot_input_library {
	const struct shot_xkb_library *xkb;
	xcb_extension_t *xtest_id;
	__typeof__(xcb_test_fake_input) *fake_input;
	__typeof__(xcb_xkb_get_map) *get_map;
	__typeof__(xcb_xkb_get_map_reply) *get_map_reply;
	__typeof__(xcb_xkb_set_map) *set_map;
	__typeof__(xcb_res_query_client_ids) *query_client_ids;
	__typeof__(xcb_res_query_client_ids_reply) *query_client_ids_reply;
	__typeof__(xkb_x11_setup_xkb_extension) *setup;
	__typeof__(xkb_x11_get_core_keyboard_device_id) *device;
	__typeof__(xkb_x11_keymap_new_from_device) *keymap;
	__typeof__(xkb_x11_state_new_from_device) *state;
};

/* Load them and return their functions; NULL with ENOTSUP and the packages to install. */
const struct shot_input_library *shot_input_library(struct shot_error *err);

#endif
