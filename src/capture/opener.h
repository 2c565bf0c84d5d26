/* Opening a display without blocking: a server that is stopped, or grabbed by another client,
 * answers no newcomer, and a source's open waits for it for ever. So a thread of its own waits. */
#ifndef SHOT_CAPTURE_OPENER_H
#define SHOT_CAPTURE_OPENER_H

#include "capture/grabber.h"

struct shot_opener;

/* Start opening. The options' strings are copied; a connection in them is taken over. */
struct shot_opener *shot_opener_begin(
	const struct shot_grabber_options *options, struct shot_error *err);

/* Readable once the outcome is there; the opener's to close. */
int shot_opener_fd(const struct shot_opener *opener);

/* The grabber, which is the caller's from now on, or NULL with the errors of shot_grabber_open.
 * Only after the descriptor has become readable, and once. */
struct shot_grabber *shot_opener_take(struct shot_opener *opener, struct shot_error *err);

/* Free it. One that is still at it is broken off, and nothing of it stays, unless it is looking up
 * the name of a host: then it is left to itself, and what it opens is closed at once. NULL is
 * allowed. */
void shot_opener_destroy(struct shot_opener *opener);

#endif
