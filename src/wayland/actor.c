#include "wayland/actor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wait.h"
#include "input/hangup.h"
#include "input/xkb.h"
#include "wayland/keyboard.h"
#include "wayland/library.h"
#include "wayland/output.h"
#include "wayland/session.h"

#include <wayland-client-protocol.h>
#include <virtual-keyboard-unstable-v1-client-protocol.h>
#include <wlr-virtual-pointer-unstable-v1-client-protocol.h>

enum { WHEEL_STEP = 15 }; /* degrees, as wheels report */

/* Seconds for programs to notice the first keyboard or pointer of a seat: they hear nothing of it
 * before. */
static const double first_devices = 0.5;

struct actor {
	struct shot_actor base; /* first */
	struct shot_wayland *wayland;
	struct wl_registry *registry;
	struct wl_seat *seat; /* the first one */
	struct zwlr_virtual_pointer_manager_v1 *pointers;
	struct zwp_virtual_keyboard_manager_v1 *keyboards;
	struct zwlr_virtual_pointer_v1 *pointer;
	struct shot_wayland_keyboard keyboard;
	bool is_down[SHOT_ACT_BUTTONS + 1];
	uint32_t capabilities; /* of the seat */
};

static struct actor *actor_of(struct shot_actor *base)
{
	return (struct actor *)base;
}

static bool load(struct shot_error *err)
{
	return shot_wayland_load(err) && shot_xkb(err);
}

static void on_capabilities(void *data, struct wl_seat *seat, uint32_t capabilities)
{
	(void)seat;
	((struct actor *)data)->capabilities = capabilities;
}

static void on_name(void *data, struct wl_seat *seat, const char *name)
{
	(void)data, (void)seat, (void)name;
}

static const struct wl_seat_listener seat_listener = {
	.capabilities = on_capabilities, .name = on_name};

static void on_global(void *data, struct wl_registry *registry, uint32_t id, const char *interface,
	uint32_t version)
{
	struct actor *actor = data;
	(void)version;
	if (strcmp(interface, wl_seat_interface.name) == 0 && !actor->seat) {
		actor->seat = wl_registry_bind(registry, id, &wl_seat_interface, 1);
		wl_seat_add_listener(actor->seat, &seat_listener, actor);
	} else if (strcmp(interface, zwlr_virtual_pointer_manager_v1_interface.name) == 0) {
		actor->pointers = wl_registry_bind(
			registry, id, &zwlr_virtual_pointer_manager_v1_interface, 1);
	} else if (strcmp(interface, zwp_virtual_keyboard_manager_v1_interface.name) == 0) {
		actor->keyboards = wl_registry_bind(
			registry, id, &zwp_virtual_keyboard_manager_v1_interface, 1);
	}
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t id)
{
	(void)data, (void)registry, (void)id;
}

static const struct wl_registry_listener listener = {
	.global = on_global, .global_remove = on_global_remove};

static bool settle(struct shot_actor *base, struct shot_error *err)
{
	return shot_wayland_settle(actor_of(base)->wayland, err);
}

static bool check_globals(const struct actor *actor, struct shot_error *err)
{
	const char *missing = !actor->pointers	  ? "zwlr_virtual_pointer_manager_v1"
			      : !actor->keyboards ? "zwp_virtual_keyboard_manager_v1"
			      : !actor->seat	  ? "wl_seat"
						  : NULL;
	return !missing ||
	       shot_fail(err, "ENOTSUP",
		       "cannot act: the compositor lacks %s (sway, labwc, wayfire, river and "
		       "Hyprland have it)",
		       missing);
}

/* Binds the globals, and makes the devices. */
static bool begin_devices(struct actor *actor, int watched, struct shot_error *err)
{
	const uint32_t both = WL_SEAT_CAPABILITY_POINTER | WL_SEAT_CAPABILITY_KEYBOARD;
	actor->registry = wl_display_get_registry(actor->wayland->display);
	wl_registry_add_listener(actor->registry, &listener, actor);
	/* First the globals come, then what the seat has. */
	if (!settle(&actor->base, err) || !check_globals(actor, err) ||
		!settle(&actor->base, err)) {
		return false;
	}
	bool has_both = (actor->capabilities & both) == both;
	actor->pointer = zwlr_virtual_pointer_manager_v1_create_virtual_pointer(
		actor->pointers, actor->seat);
	struct zwp_virtual_keyboard_v1 *keyboard =
		zwp_virtual_keyboard_manager_v1_create_virtual_keyboard(
			actor->keyboards, actor->seat);
	bool ok = shot_wayland_keyboard_begin(
			  &actor->keyboard, actor->wayland, keyboard, watched, err) &&
		  settle(&actor->base, err);
	if (ok && !has_both) {
		shot_hung_up(watched, first_devices);
	}
	return ok;
}

static void press_button(struct shot_actor *base, unsigned button, bool is_down);

static void close_actor(struct shot_actor *base)
{
	struct actor *actor = actor_of(base);
	struct shot_error ignored;
	for (unsigned button = 1; actor->pointer && button <= SHOT_ACT_BUTTONS; button++) {
		press_button(base, button, false);
	}
	shot_wayland_keyboard_end(&actor->keyboard);
	if (actor->pointer) {
		zwlr_virtual_pointer_v1_destroy(actor->pointer);
	}
	settle(base, &ignored);
	if (actor->pointers) {
		zwlr_virtual_pointer_manager_v1_destroy(actor->pointers);
	}
	if (actor->keyboards) {
		zwp_virtual_keyboard_manager_v1_destroy(actor->keyboards);
	}
	if (actor->seat) {
		wl_seat_destroy(actor->seat);
	}
	wl_registry_destroy(actor->registry);
	shot_wayland_close(&actor->wayland->source);
	free(actor);
}

static struct shot_actor *open_actor(const char *name, int watched, struct shot_error *err)
{
	struct actor *actor = calloc(1, sizeof *actor);
	if (!actor) {
		shot_fail_errno(err, ENOMEM, "cannot act");
		return NULL;
	}
	struct shot_source *source = shot_wayland_open(name, NULL, err);
	if (!source) {
		free(actor);
		return NULL;
	}
	actor->wayland = shot_wayland_of(source);
	if (!begin_devices(actor, watched, err)) {
		close_actor(&actor->base);
		return NULL;
	}
	return &actor->base;
}

/* Waits for the layout of the outputs. No compositor tells which keys a person holds, nor where
 * windows are. */
static bool begin(struct shot_actor *base, const struct shot_act *act, struct shot_error *err)
{
	struct shot_source *source = &actor_of(base)->wayland->source;
	if (act->only) {
		return shot_fail(err, "ENOTSUP",
			"cannot act on one window alone: a compositor does not tell which window gets an "
			"act");
	}
	for (;;) {
		switch (shot_wayland_refresh(source, err)) {
		case SHOT_POLL_DONE:
			return true;
		case SHOT_POLL_FAILED:
			return false;
		case SHOT_POLL_WAITING:
			shot_wait_readable(shot_wayland_fd(source), -1, SHOT_FOREVER);
		}
	}
}

static bool check_point(struct shot_actor *base, struct shot_point point, struct shot_error *err)
{
	const struct shot_wayland *wayland = actor_of(base)->wayland;
	const struct shot_rect *root = &wayland->source.layout.root;
	struct shot_wayland_spot spot;
	return shot_wayland_outputs_find(wayland, point.x, point.y, &spot) ||
	       shot_fail(err, "EGEOMETRY", "the point %d,%d lies on no monitor of the %dx%d screen",
		       point.x, point.y, root->width, root->height);
}

static uint32_t now(void)
{
	return (uint32_t)(shot_clock_ns() / 1000000);
}

static void move(struct shot_actor *base, struct shot_point point)
{
	struct actor *actor = actor_of(base);
	struct shot_wayland_spot spot;
	if (shot_wayland_outputs_find(actor->wayland, point.x, point.y, &spot)) {
		zwlr_virtual_pointer_v1_motion_absolute(
			actor->pointer, now(), spot.x, spot.y, spot.width, spot.height);
		zwlr_virtual_pointer_v1_frame(actor->pointer);
	}
}

static void turn_wheel(struct actor *actor, uint32_t axis, int32_t steps)
{
	zwlr_virtual_pointer_v1_axis_discrete(
		actor->pointer, now(), axis, wl_fixed_from_int(steps * WHEEL_STEP), steps);
	zwlr_virtual_pointer_v1_axis_source(actor->pointer, WL_POINTER_AXIS_SOURCE_WHEEL);
	zwlr_virtual_pointer_v1_frame(actor->pointer);
}

static void press_button(struct shot_actor *base, unsigned button, bool is_down)
{
	static const struct {
		uint32_t code; /* the kernel's; 0: the wheel */
		enum wl_pointer_axis axis;
		int32_t steps;
	} buttons[SHOT_ACT_BUTTONS + 1] = {
		[1] = {.code = 0x110}, /* BTN_LEFT */
		[2] = {.code = 0x112}, /* BTN_MIDDLE */
		[3] = {.code = 0x111}, /* BTN_RIGHT */
		[4] = {.axis = WL_POINTER_AXIS_VERTICAL_SCROLL, .steps = -1},
		[5] = {.axis = WL_POINTER_AXIS_VERTICAL_SCROLL, .steps = 1},
		[6] = {.axis = WL_POINTER_AXIS_HORIZONTAL_SCROLL, .steps = -1},
		[7] = {.axis = WL_POINTER_AXIS_HORIZONTAL_SCROLL, .steps = 1},
		[8] = {.code = 0x113}, /* BTN_SIDE */
		[9] = {.code = 0x114}, /* BTN_EXTRA */
	};
	struct actor *actor = actor_of(base);
	if (actor->is_down[button] == is_down) {
		return;
	}
	actor->is_down[button] = is_down;
	if (buttons[button].code) {
		zwlr_virtual_pointer_v1_button(actor->pointer, now(), buttons[button].code,
			is_down ? WL_POINTER_BUTTON_STATE_PRESSED
				: WL_POINTER_BUTTON_STATE_RELEASED);
		zwlr_virtual_pointer_v1_frame(actor->pointer);
	} else if (is_down) {
		turn_wheel(actor, buttons[button].axis, buttons[button].steps);
	}
}

static void flush(struct shot_actor *base)
{
	shot_wayland_flush(&actor_of(base)->wayland->source);
}

static bool hold(struct shot_actor *base, const struct shot_act *act, struct shot_error *err)
{
	return shot_wayland_keyboard_hold(&actor_of(base)->keyboard, act, err);
}

static void let_go(struct shot_actor *base)
{
	shot_wayland_keyboard_let_go(&actor_of(base)->keyboard);
}

static bool type(struct shot_actor *base, const struct shot_act *act, struct shot_error *err)
{
	return shot_wayland_keyboard_type(&actor_of(base)->keyboard, act, err);
}

const struct shot_actor_kind shot_wayland_actor = {
	.load = load,
	.open = open_actor,
	.begin = begin,
	.check_point = check_point,
	.move = move,
	.press_button = press_button,
	.flush = flush,
	.hold = hold,
	.let_go = let_go,
	.type = type,
	.settle = settle,
	.close = close_actor,
};
