/* A connection to an X server, or the reason why there is none, in the server's own words. */
#ifndef SHOT_X11_CONNECT_H
#define SHOT_X11_CONNECT_H

#include <xcb/xcb.h>

#include "base/breaker.h"
#include "base/error.h"

/* Connect to `name` (NULL for $DISPLAY); `screen` is the one that it names. Waits for as long as
 * the server does not answer, or until the breaker is broken, which goes on guarding the
 * connection. A connection that the server closes without an answer, as one that starts or resets
 * itself does, is tried again for a moment. NULL with ENODISPLAY (no such server, none named, a
 * name that is not one, or nothing but closed connections), EACCES (the server refuses us), EBUSY
 * (it has no room for one more client), EXERROR (its answer makes no sense), ECANCELED (broken), or
 * the system's own code. */
xcb_connection_t *shot_connect(
	const char *name, struct shot_breaker *breaker, int *screen, struct shot_error *err);

#endif
