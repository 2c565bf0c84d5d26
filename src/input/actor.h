/* Who moves the pointer and presses keys of one kind of display server, seen through a table of
 * functions. It lives in a process of its own (performer.h): its functions may block, and `close`
 * runs however the process that asked for it ended.
 *
 * Points are in pixels of the root, whose top left one is 0,0. Keys are keysyms as
 * X11/keysymdef.h numbers them, characters are code points of Unicode.
 *
 * Each function returns false with an error: EGEOMETRY (a point leaves the screen), EBUSY (a person
 * holds a key or a button that would change what it does), ENOKEY (no key of the keyboard gives
 * that, and none is free to be lent), ELOST (the connection is of no use any more). */
#ifndef SHOT_INPUT_ACTOR_H
#define SHOT_INPUT_ACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "input/act.h"

/* A connection; the first member of the server's own struct. */
struct shot_actor {
	const struct shot_actor_kind *kind; /* shot_perform sets it */
};

struct shot_actor_kind {
	const char *server; /* "the X server" */

	/* Load the libraries that `open` needs, in the process that goes on to fork. ENOTSUP. */
	bool (*load)(struct shot_error *err);

	/* Connect to `name` (NULL: the environment's). `watched` is a socket that is hung up
	 * (hangup.h) when nobody wants anything any more: acts that take long end early then. */
	struct shot_actor *(*open)(const char *name, int watched, struct shot_error *err);

	/* Do it, and return when the server has done it. */
	bool (*act)(struct shot_actor *actor, const struct shot_act *act, struct shot_error *err);

	/* Let go of all keys and buttons that it holds, give back what it has changed of the
	 * keyboard, disconnect, and free. */
	void (*close)(struct shot_actor *actor);
};

#endif
