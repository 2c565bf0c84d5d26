/* The connection setup: the exchange with which a server admits a client, and its description of
 * itself. */
#ifndef SHOT_X11_SETUP_H
#define SHOT_X11_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <X11/Xauth.h>

struct shot_setup {
	enum {
		SHOT_SETUP_ACCEPTED,
		SHOT_SETUP_REFUSED, /* `reason` has the server's own words */
		SHOT_SETUP_CLOSED,  /* the server closed the connection without a complete answer */
		SHOT_SETUP_ODD,	    /* the answer contradicts itself */
		SHOT_SETUP_NO_MEMORY,
	} outcome;
	uint8_t *bytes; /* the whole answer; NULL unless accepted */
	size_t size;
	char reason[128]; /* one line of printable ASCII */
};

/* Send the setup request over a connected socket, with a cookie or NULL, and read the answer. Waits
 * until the server answers. */
void shot_setup_ask(struct shot_setup *setup, int fd, const Xauth *cookie);

/* Act as the server for a client at the other end of a blocking socket: read its request, and send
 * it the stored answer. */
void shot_setup_answer(const struct shot_setup *setup, int fd);

/* Whether a positive answer is complete: its lists lie inside it, it has a screen, and it leaves
 * identifiers for the client and room for requests: libxcb waits for ever when its first request
 * is longer than the server's limit. */
bool shot_setup_is_whole(const uint8_t *bytes, size_t size);

/* Free the answer. */
void shot_setup_finish(struct shot_setup *setup);

#endif
