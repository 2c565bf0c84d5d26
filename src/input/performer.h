/* The acting process of a display. It is a child of this one, with its own connection, and outlives
 * it by a moment: however this process ends, SIGKILL included, the child sees the end of their
 * socket, releases all held keys and buttons, restores the keyboard's map and ends. One thread owns
 * a performer. */
#ifndef SHOT_INPUT_PERFORMER_H
#define SHOT_INPUT_PERFORMER_H

#include "base/error.h"
#include "base/poll.h"
#include "input/actor.h"

enum { SHOT_PERFORMER_ACTS = 8 }; /* in progress at a time */

struct shot_performer;

/* Start one for the display `name` (NULL: the environment's). The outcome of the opening is that of
 * act 0, which must be polled. ENOTSUP (a library is missing), or the system's own code. */
struct shot_performer *shot_performer_start(
	const struct shot_actor_kind *kind, const char *name, struct shot_error *err);

/* A descriptor that is readable when an act may have an answer. */
int shot_performer_fd(const struct shot_performer *performer);

/* Send an act, which is performed after the earlier ones. Returns its number; 0 with EBUSY (too
 * many are in progress) or ELOST. */
uint64_t shot_performer_send(
	struct shot_performer *performer, const struct shot_act *act, struct shot_error *err);

/* The state of act `number`. An act is performed even if it is not polled to its end. Failed: as
 * actor.h says, and ELOST when the process has ended. */
enum shot_poll shot_performer_poll(
	struct shot_performer *performer, uint64_t number, struct shot_error *err);

/* Detach from it: the process ends itself, and cuts its current act short. NULL is allowed. */
void shot_performer_end(struct shot_performer *performer);

#endif
