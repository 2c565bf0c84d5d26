/* Makes a connection to an X server, or returns the reason of the failure in the server's own
 * words. */
#ifndef SHOT_X11_CONNECT_H
#define SHOT_X11_CONNECT_H

#include <xcb/xcb.h>

#include "base/breaker.h"
#include "base/error.h"

/* Connect to `name` (NULL for $DISPLAY); `screen` is the one that it names. Waits until the server
 * answers or the breaker is broken, which continues to guard the connection. A server that starts
 * or resets closes connections without an answer, so the function tries again for a moment. NULL
 * with ENODISPLAY (no such server, none named, an invalid name, or only closed connections), EACCES
 * (the server refuses luashot), EBUSY (it has no room for one more client), EXERROR (its answer is
 * invalid), ECANCELED (the breaker was broken), or the system's own code. */
xcb_connection_t *shot_x11_connect(
	const char *name, struct shot_breaker *breaker, int *screen, struct shot_error *err);

/* Whether the connection is a Unix socket, over which descriptors can be passed. */
bool shot_x11_connect_is_local(xcb_connection_t *xcb);

#endif
