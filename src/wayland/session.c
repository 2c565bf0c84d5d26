#include "wayland/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/breaker.h"
#include "base/clock.h"
#include "base/wait.h"
#include "wayland/damage.h"
#include "wayland/library.h"
#include "wayland/output.h"
#include "wayland/mirror.h"
#include "wayland/pool.h"
#include "wayland/scratch.h"
#include "wayland/tile.h"
#include "wayland/toplevel.h"

#include <wayland-client-protocol.h>
#include <ext-foreign-toplevel-list-v1-client-protocol.h>
#include <ext-image-capture-source-v1-client-protocol.h>
#include <ext-image-copy-capture-v1-client-protocol.h>
#include <wlr-screencopy-unstable-v1-client-protocol.h>
#include <xdg-output-unstable-v1-client-protocol.h>

/* A global that is bound once, at a version that luashot knows or an older one. */
struct wanted {
	const struct wl_interface *interface;
	uint32_t version;
	size_t at; /* of its place in struct shot_wayland */
};

#define WANTED(interface, version, member) \
	{ \
		&interface##_interface, version, offsetof(struct shot_wayland, member) \
	}

static const struct wanted wanted[] = {
	WANTED(wl_shm, 1, shm),
	WANTED(zxdg_output_manager_v1, 3, xdg_outputs),
	WANTED(zwlr_screencopy_manager_v1, 3, screencopy),
	WANTED(ext_image_copy_capture_manager_v1, 1, copying),
	WANTED(ext_output_image_capture_source_manager_v1, 1, output_sources),
	WANTED(ext_foreign_toplevel_image_capture_source_manager_v1, 1, window_sources),
};

static void on_global(void *data, struct wl_registry *registry, uint32_t id, const char *interface,
	uint32_t version)
{
	struct shot_wayland *wayland = data;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		void **place = (void **)((char *)wayland + wanted[i].at);
		uint32_t known = wanted[i].version;
		if (strcmp(interface, wanted[i].interface->name) == 0 && !*place) {
			*place = wl_registry_bind(registry, id, wanted[i].interface,
				version < known ? version : known);
		}
	}
	if (strcmp(interface, wl_output_interface.name) == 0) {
		shot_wayland_output_add(wayland, id, version);
	} else if (strcmp(interface, ext_foreign_toplevel_list_v1_interface.name) == 0) {
		wayland->toplevel_list = id;
	}
	shot_wayland_outputs_ask_place(wayland);
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t id)
{
	(void)registry;
	shot_wayland_output_remove(data, id);
}

static const struct wl_registry_listener listener = {
	.global = on_global, .global_remove = on_global_remove};

/* The name without "wayland:" before it; NULL for the environment's. */
static const char *plain_name(const char *name)
{
	static const char prefix[] = "wayland:";
	if (name && strncmp(name, prefix, sizeof prefix - 1) == 0) {
		name += sizeof prefix - 1;
	}
	return name && *name ? name : NULL;
}

bool shot_wayland_is_there(const char *name)
{
	name = plain_name(name);
	if (!name && getenv("WAYLAND_SOCKET")) {
		return true;
	}
	name = name ? name : getenv("WAYLAND_DISPLAY");
	const char *folder = getenv("XDG_RUNTIME_DIR");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (!name || !*name || (name[0] != '/' && !folder)) {
		return false;
	}
	int length = name[0] == '/'
			     ? snprintf(address.sun_path, sizeof address.sun_path, "%s", name)
			     : snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", folder,
				       name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool is_there = length > 0 && (size_t)length < sizeof address.sun_path && fd >= 0 &&
			connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
	if (fd >= 0) {
		close(fd);
	}
	return is_there;
}

static bool fail_connect(struct shot_error *err, const char *name, int number)
{
	const char *environment = getenv("WAYLAND_DISPLAY");
	const char *code = number == EACCES || number == EPERM ? "EACCES" : "ENODISPLAY";
	if (!name && !environment) {
		return shot_fail(
			err, code, "no Wayland compositor is named: WAYLAND_DISPLAY is not set");
	}
	name = name ? name : environment;
	if (name[0] != '/' && !getenv("XDG_RUNTIME_DIR")) {
		return shot_fail(err, code,
			"cannot connect to the Wayland compositor '%s': XDG_RUNTIME_DIR is not set",
			name);
	}
	return shot_fail(
		err, code, "no Wayland compositor answers at '%s': %s", name, strerror(number));
}

static void on_sync(void *data, struct wl_callback *callback, uint32_t serial)
{
	struct shot_wayland *wayland = data;
	(void)serial;
	wl_callback_destroy(callback);
	wayland->asking = NULL;
}

static const struct wl_callback_listener sync_listener = {.done = on_sync};

bool shot_wayland_settle(struct shot_wayland *wayland, struct shot_error *err)
{
	wayland->asking = wl_display_sync(wayland->display);
	wl_callback_add_listener(wayland->asking, &sync_listener, wayland);
	for (;;) {
		if (!shot_wayland_take_events(&wayland->source, err)) {
			return false;
		}
		if (!wayland->asking) {
			return true;
		}
		shot_wait_readable(shot_wayland_fd(&wayland->source), -1, SHOT_FOREVER);
	}
}

/* Receives the globals, and then the outputs. */
static bool hear(struct shot_wayland *wayland, struct shot_breaker *breaker, struct shot_error *err)
{
	if (shot_wayland_settle(wayland, err) && shot_wayland_settle(wayland, err)) {
		return true;
	}
	return shot_breaker_is_broken(breaker)
		       ? shot_fail_errno(err, ECANCELED, "opening was canceled")
		       : false;
}

static bool check_globals(struct shot_wayland *wayland, struct shot_error *err)
{
	if (!wayland->screencopy && !(wayland->copying && wayland->output_sources)) {
		return shot_fail(err, "ENOTSUP",
			"this Wayland compositor lacks both zwlr_screencopy_manager_v1 and "
			"ext_image_copy_capture_manager_v1, one of which captures need: sway, "
			"labwc, wayfire, river, Hyprland and COSMIC have one; on GNOME and KDE log "
			"in to the X11 session");
	}
	if (!wayland->shm) {
		return shot_fail(err, "ENOTSUP", "this Wayland compositor lacks wl_shm");
	}
	return shot_wayland_outputs_arrange(wayland) ||
	       shot_fail(err, "ENOTSUP", "this Wayland compositor has no output that is on");
}

static void say_lacks(struct shot_wayland *wayland)
{
	const char **lacks = wayland->source.lacks;
	lacks[SHOT_ABILITY_POINTER] = "Wayland tells no client where the pointer is";
	lacks[SHOT_ABILITY_CURSOR] = "Wayland gives no client the pointer's picture";
	if (!wayland->toplevel_list) {
		lacks[SHOT_ABILITY_WINDOWS] =
			"windows of Wayland are not listed: the compositor lacks "
			"ext_foreign_toplevel_list_v1";
	} else if (!wayland->copying || !wayland->window_sources) {
		lacks[SHOT_ABILITY_WINDOWS] =
			"windows of Wayland cannot be captured: the compositor lacks "
			"ext_foreign_toplevel_image_capture_source_manager_v1";
	}
}

struct shot_source *shot_wayland_open(
	const char *name, struct shot_breaker *breaker, struct shot_error *err)
{
	if (!shot_wayland_load(err)) {
		return NULL;
	}
	struct shot_wayland *wayland = calloc(1, sizeof *wayland);
	if (!wayland) {
		shot_fail_errno(err, ENOMEM, "cannot open a display");
		return NULL;
	}
	name = plain_name(name);
	wayland->display = shot_wayland_library.connect(name);
	if (!wayland->display) {
		fail_connect(err, name, errno);
		free(wayland);
		return NULL;
	}
	if (!shot_breaker_guard(breaker, shot_wayland_library.get_fd(wayland->display))) {
		shot_fail_errno(err, ECANCELED, "opening was canceled");
		shot_wayland_close(&wayland->source);
		return NULL;
	}
	wayland->registry = wl_display_get_registry(wayland->display);
	wl_registry_add_listener(wayland->registry, &listener, wayland);
	if (!hear(wayland, breaker, err) || !check_globals(wayland, err)) {
		shot_wayland_close(&wayland->source);
		return NULL;
	}
	say_lacks(wayland);
	wayland->source.wire = SHOT_WIRE_BGRX;
	wayland->source.is_stale = false;
	wayland->source.changes = 0;
	return &wayland->source;
}

void shot_wayland_close(struct shot_source *source)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	shot_wayland_captures_free(wayland);
	shot_wayland_damage_free(wayland);
	shot_wayland_outputs_free(wayland);
	shot_wayland_toplevels_free(wayland);
	shot_wayland_pools_free(wayland);
	shot_wayland_scratch_trim(wayland);
	if (wayland->asking) {
		wl_callback_destroy(wayland->asking);
	}
	if (wayland->copying) {
		ext_image_copy_capture_manager_v1_destroy(wayland->copying);
	}
	if (wayland->output_sources) {
		ext_output_image_capture_source_manager_v1_destroy(wayland->output_sources);
	}
	if (wayland->window_sources) {
		ext_foreign_toplevel_image_capture_source_manager_v1_destroy(
			wayland->window_sources);
	}
	if (wayland->screencopy) {
		zwlr_screencopy_manager_v1_destroy(wayland->screencopy);
	}
	if (wayland->xdg_outputs) {
		zxdg_output_manager_v1_destroy(wayland->xdg_outputs);
	}
	if (wayland->shm) {
		wl_shm_destroy(wayland->shm);
	}
	if (wayland->registry) {
		wl_registry_destroy(wayland->registry);
	}
	shot_wayland_library.disconnect(wayland->display);
	free(wayland);
}

bool shot_wayland_is_current(const struct shot_source *source)
{
	return !source->is_stale && !shot_wayland_of(source)->asking;
}

/* The compositor reports changes unasked: request a callback after the last of them. */
void shot_wayland_ask(struct shot_source *source)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	if (source->is_stale && !wayland->asking) {
		source->is_stale = false;
		wayland->asking = wl_display_sync(wayland->display);
		wl_callback_add_listener(wayland->asking, &sync_listener, wayland);
	}
}

enum shot_poll shot_wayland_refresh(struct shot_source *source, struct shot_error *err)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	do {
		shot_wayland_ask(source);
		shot_wayland_flush(source);
		if (!shot_wayland_take_events(source, err)) {
			return SHOT_POLL_FAILED;
		}
		if (wayland->asking) {
			return SHOT_POLL_WAITING;
		}
	} while (source->is_stale);
	if (!shot_wayland_outputs_arrange(wayland)) {
		source->is_stale = true;
		shot_fail(err, "ENOMONITOR", "the compositor has no output that is on");
		return SHOT_POLL_FAILED;
	}
	shot_wayland_mirrors_start(wayland);
	return SHOT_POLL_DONE;
}
