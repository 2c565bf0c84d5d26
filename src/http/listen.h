/* Sockets on which a server waits for browsers. */
#ifndef SHOT_HTTP_LISTEN_H
#define SHOT_HTTP_LISTEN_H

#include <stdbool.h>

#include "base/error.h"

struct shot_http_place {
	char text[160]; /* as a person types it: "127.0.0.1:8080", "[::1]:8080", "unix:/run/page" */
	bool is_loopback; /* only programs of this machine can reach it; true for Unix sockets */
};

/* Listen on `address`: "HOST:PORT", where HOST is an IP address and PORT 0 is any free port, or
 * "unix:PATH", a socket for this user alone, which takes the place of one that nobody listens on.
 * Returns a descriptor, which is the caller's, and fills in `place`; -1 with EINVAL for a text that
 * is neither, EADDRINUSE, or the system's own code. */
int shot_http_listen(const char *address, struct shot_http_place *place, struct shot_error *err);

#endif
