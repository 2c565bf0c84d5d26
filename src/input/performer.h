/* The process that acts for a display. It is a child of this one, with a connection of its own, and
 * outlives it by a moment: however this process ends, SIGKILL included, the other sees the end of
 * their socket, lets go of all that it holds down, gives back what it has borrowed of the keyboard
 * and ends. One thread owns a performer. */
#ifndef SHOT_INPUT_PERFORMER_H
#define SHOT_INPUT_PERFORMER_H

#include "base/error.h"
#include "base/poll.h"
#include "input/actor.h"

enum { SHOT_PERFORMER_ACTS = 8 }; /* under way at a time */

struct shot_performer;

/* Start one for the display `name` (NULL: the environment's). Whether it can act is known when its
 * act 0 has been polled. ENOTSUP (a library is missing), or the system's own code. */
struct shot_performer *shot_performer_start(
	const struct shot_actor_kind *kind, const char *name, struct shot_error *err);

/* Readable when something may be polled. */
int shot_performer_fd(const struct shot_performer *performer);

/* Send an act, which is done after those that were sent before. Returns its number; 0 with EBUSY
 * (too many are under way) or ELOST. */
uint64_t shot_performer_send(
	struct shot_performer *performer, const struct shot_act *act, struct shot_error *err);

/* How act `number` is doing. An act that nobody polls to its end is done all the same. Failed: as
 * actor.h says, and ELOST when the process has ended. */
enum shot_poll shot_performer_poll(
	struct shot_performer *performer, uint64_t number, struct shot_error *err);

/* Part with it: it finishes by itself, and what it does at the moment is cut short. NULL is
 * allowed. */
void shot_performer_end(struct shot_performer *performer);

#endif
