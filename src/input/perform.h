/* What the process that acts does: performer.h is the other side of its socket. */
#ifndef SHOT_INPUT_PERFORM_H
#define SHOT_INPUT_PERFORM_H

#include "base/error.h"
#include "input/actor.h"

/* What comes back for the opening, and for each act in turn. err.code points into the text of the
 * program, which both processes have at the same place. */
struct shot_answer {
	bool is_done;
	struct shot_error err;
};

/* Open an actor, answer whether that worked, and do the acts that come through the socket until
 * there is its end. Called in a child of fork(2); it keeps nothing open of its parent's but the
 * socket, and no shared memory mapped. */
_Noreturn void shot_perform(const struct shot_actor_kind *kind, const char *name, int socket);

#endif
