/* An actor moves the pointer and presses keys on one kind of display server, through a table of
 * functions. It runs in a separate process (performer.h): its functions may block, and `close` runs
 * even after the requesting process was killed.
 *
 * Points are in pixels of the root, whose top left one is 0,0. Keys are keysyms as
 * X11/keysymdef.h numbers them, characters are code points of Unicode.
 *
 * Each function returns false with an error: EGEOMETRY (a point leaves the screen), EBUSY (a person
 * holds a key or a button that would change the effect), ENOWINDOW (another window than the allowed
 * one would get the act), ENOKEY (no key of the keyboard gives the symbol, and none is free to
 * lend), ELOST (the connection is lost). */
#ifndef SHOT_INPUT_ACTOR_H
#define SHOT_INPUT_ACTOR_H

#include <stdbool.h>

#include "base/error.h"
#include "input/act.h"

/* A connection; the first member of the server's own struct. */
struct shot_actor {
	const struct shot_actor_kind *kind; /* shot_perform sets it */
};

struct shot_actor_kind {
	/* Load the libraries that `open` needs, in the process that forks next. ENOTSUP. */
	bool (*load)(struct shot_error *err);

	/* Connect to `name` (NULL: the environment's). `watched` is a socket that hangs up
	 * (hangup.h) when the acts are no longer wanted; long acts then end early. */
	struct shot_actor *(*open)(const char *name, int watched, struct shot_error *err);

	/* Wait until an act would do what is meant: until the screen's layout is known, and no
	 * person holds a key or a button, where the server tells. Then check that a window gets it
	 * that may. */
	bool (*begin)(struct shot_actor *actor, const struct shot_act *act, struct shot_error *err);

	bool (*check_point)(
		struct shot_actor *actor, struct shot_point point, struct shot_error *err);
	void (*move)(struct shot_actor *actor, struct shot_point point);

	/* Press or release a button of act.h; 4 to 7 turn the wheel up, down, left and right by a
	 * step. */
	void (*press_button)(struct shot_actor *actor, unsigned button, bool is_down);

	/* Send all that was done so far. */
	void (*flush)(struct shot_actor *actor);

	/* Press the keys of an act one after the other; release them in reverse. */
	bool (*hold)(struct shot_actor *actor, const struct shot_act *act, struct shot_error *err);
	void (*let_go)(struct shot_actor *actor);

	/* Type an act's text. */
	bool (*type)(struct shot_actor *actor, const struct shot_act *act, struct shot_error *err);

	/* Return when the server has processed everything. */
	bool (*settle)(struct shot_actor *actor, struct shot_error *err);

	/* Release all held keys and buttons, restore the keyboard's map, disconnect, and free. */
	void (*close)(struct shot_actor *actor);
};

#endif
