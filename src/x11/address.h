/* Where a display is: its name taken apart, and a stream socket that leads there. */
#ifndef SHOT_X11_ADDRESS_H
#define SHOT_X11_ADDRESS_H

#include <stdbool.h>

#include "base/breaker.h"

struct shot_address {
	char host[256];	 /* empty: this machine */
	bool is_local;	 /* by a Unix socket */
	bool may_be_tcp; /* and, without one, by the network */
	int number, screen;
};

/* Read a name like ":0", "unix:0.1" or "host:10.0". False when it is none. */
bool shot_address_read(struct shot_address *address, const char *name);

/* A connected socket, which does not block, close-on-exec. -1 with errno: ENOENT or ECONNREFUSED
 * when nobody listens, ECANCELED when the breaker was broken. A host's name is looked up first,
 * which takes its time and heeds no breaker. */
int shot_address_dial(const struct shot_address *address, struct shot_breaker *breaker);

#endif
