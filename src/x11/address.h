/* The address of a display: its parsed name, and a stream socket connected to it. */
#ifndef SHOT_X11_ADDRESS_H
#define SHOT_X11_ADDRESS_H

#include <stdbool.h>

#include "base/breaker.h"

struct shot_address {
	char host[256];	 /* empty: this machine */
	bool is_local;	 /* through a Unix socket */
	bool may_be_tcp; /* through the network if no Unix socket is there */
	int number, screen;
};

/* Parse a name like ":0", "unix:0.1" or "host:10.0". False when it is not a display name. */
bool shot_address_read(struct shot_address *address, const char *name);

/* A connected socket, which does not block, close-on-exec. -1 with errno: ENOENT or ECONNREFUSED
 * when no server listens, ECANCELED when the breaker was broken. A lookup of the host's name comes
 * first, which can be slow and which the breaker cannot end. */
int shot_address_dial(const struct shot_address *address, struct shot_breaker *breaker);

#endif
