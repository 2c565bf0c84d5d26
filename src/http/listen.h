/* Sockets on which a server waits for browsers. */
#ifndef SHOT_HTTP_LISTEN_H
#define SHOT_HTTP_LISTEN_H

#include <stdbool.h>

#include "base/error.h"

struct shot_http_place {
	char text[160];	  /* as a person types it: "127.0.0.1:8080", "[::1]:8080" */
	bool is_loopback; /* only programs of this machine can reach it */
};

/* Listen on `address`: "HOST:PORT", where HOST is an IP address and PORT 0 is any free port.
 * Returns a descriptor, which is the caller's, and fills in `place`; -1 with EINVAL for another
 * text, EADDRINUSE, or the system's own code. */
int shot_http_listen(const char *address, struct shot_http_place *place, struct shot_error *err);

#endif
