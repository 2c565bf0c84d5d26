/* What a server says of itself to a client that it lets in, and the exchange in which it does. */
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
		SHOT_SETUP_CLOSED,  /* the connection, without a whole answer */
		SHOT_SETUP_ODD,	    /* the answer contradicts itself */
		SHOT_SETUP_NO_MEMORY,
	} outcome;
	uint8_t *bytes; /* of the answer, all of it; NULL unless accepted */
	size_t size;
	char reason[128]; /* one line of printable ASCII */
};

/* Ask to be let in over a connected socket, with a cookie or NULL, and read the answer. Waits for
 * as long as the server does not answer. */
void shot_setup_ask(struct shot_setup *setup, int fd, const Xauth *cookie);

/* Play the server for a client at the other end of a socket that blocks: read its question, and
 * give it the answer that we have. */
void shot_setup_answer(const struct shot_setup *setup, int fd);

/* Whether an answer that lets us in is a whole one: all that it lists lies inside of it, there is a
 * screen, and identifiers are left for us. */
bool shot_setup_is_whole(const uint8_t *bytes, size_t size);

void shot_setup_finish(struct shot_setup *setup);

#endif
