#include "wayland/library.h"

#include <pthread.h>

#include "base/library.h"

struct shot_wayland_library shot_wayland_library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct shot_error reason;
static bool is_loaded;

/* Suppresses the library's messages on standard error: luashot returns errors with the same facts.
 * */
__attribute__((format(printf, 1, 0))) static void be_silent(const char *format, va_list arguments)
{
	(void)format;
	(void)arguments;
}

static void load(void)
{
	static const char *const names[] = {"wl_display_connect", "wl_display_disconnect",
		"wl_display_get_fd", "wl_display_get_error", "wl_display_prepare_read",
		"wl_display_read_events", "wl_display_cancel_read", "wl_display_dispatch_pending",
		"wl_display_flush", "wl_log_set_handler_client", "wl_proxy_marshal_flags",
		"wl_proxy_add_listener", "wl_proxy_destroy", "wl_proxy_get_version",
		"wl_proxy_get_user_data", "wl_proxy_set_user_data", NULL};
	_Static_assert(sizeof shot_wayland_library == sizeof names - sizeof *names,
		"a name for each pointer");
	is_loaded = shot_library_load(SHOT_LIBRARY_WAYLAND, names, &shot_wayland_library, &reason);
	if (is_loaded) {
		shot_wayland_library.set_log_handler(be_silent);
	}
}

bool shot_wayland_load(struct shot_error *err)
{
	pthread_once(&once, load);
	return is_loaded ||
	       shot_fail(err, "ENOTSUP", "cannot capture from Wayland: %s", reason.message);
}
