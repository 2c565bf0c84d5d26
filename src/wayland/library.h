/* libwayland-client, loaded when a Wayland display is first opened, so that users of X11 do not pay
 * for it. Include this instead of <wayland-client.h>, and before the headers that wayland-scanner
 * makes: it redirects their inline functions to the loaded library. The interfaces themselves (the
 * descriptions of messages) are compiled in. */
#ifndef SHOT_WAYLAND_LIBRARY_H
#define SHOT_WAYLAND_LIBRARY_H

#include <wayland-client-core.h>

#include "base/error.h"

struct shot_wayland_library {
	__typeof__(wl_display_connect) *connect;
	__typeof__(wl_display_disconnect) *disconnect;
	__typeof__(wl_display_get_fd) *get_fd;
	__typeof__(wl_display_get_error) *get_error;
	__typeof__(wl_display_prepare_read) *prepare_read;
	__typeof__(wl_display_read_events) *read_events;
	__typeof__(wl_display_cancel_read) *cancel_read;
	__typeof__(wl_display_dispatch_pending) *dispatch_pending;
	__typeof__(wl_display_flush) *flush;
	__typeof__(wl_log_set_handler_client) *set_log_handler;
	__typeof__(wl_proxy_marshal_flags) *marshal_flags;
	__typeof__(wl_proxy_add_listener) *add_listener;
	__typeof__(wl_proxy_destroy) *destroy;
	__typeof__(wl_proxy_get_version) *get_version;
	__typeof__(wl_proxy_get_user_data) *get_user_data;
	__typeof__(wl_proxy_set_user_data) *set_user_data;
};

/* The library's functions, for the whole process: written once by shot_wayland_load, before any
 * other use. It is global because the inline functions of generated headers have no argument for
 * it. */
extern struct shot_wayland_library shot_wayland_library;

/* Load it, or find it loaded; any thread may. ENOTSUP, with the package to install. */
bool shot_wayland_load(struct shot_error *err);

#define wl_proxy_marshal_flags (*shot_wayland_library.marshal_flags)
#define wl_proxy_add_listener (*shot_wayland_library.add_listener)
#define wl_proxy_destroy (*shot_wayland_library.destroy)
#define wl_proxy_get_version (*shot_wayland_library.get_version)
#define wl_proxy_get_user_data (*shot_wayland_library.get_user_data)
#define wl_proxy_set_user_data (*shot_wayland_library.set_user_data)

#endif
