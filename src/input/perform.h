/* The work of the acting process. performer.h is the other side of its socket. */
#ifndef SHOT_INPUT_PERFORM_H
#define SHOT_INPUT_PERFORM_H

#include "base/error.h"
#include "input/actor.h"

/* The answer to the opening, and to each act in turn. err.code points into the text of the program,
 * which both processes have at the same address. */
struct shot_answer {
	bool is_done;
	struct shot_error err;
};

/* Open an actor, answer with the outcome, and perform the acts that arrive at the socket until its
 * end; then close the actor, within half a minute, or without that if the server does not answer.
 * Called in a child of fork(2); it closes all of its parent's descriptors except the socket,
 * and unmaps shared memory. */
_Noreturn void shot_perform(const struct shot_actor_kind *kind, const char *name, int socket);

#endif
