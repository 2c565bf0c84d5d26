/* Opens a display without blocking. A stopped server, or one that another client has grabbed, does
 * not answer new clients, and a source's open waits for it for ever, so a thread does the waiting.
 * */
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

/* Free it. An unfinished opening is canceled without leftovers. Only a lookup of a host's name
 * cannot be canceled: then the thread is detached, and closes its connection at once. NULL is
 * allowed. */
void shot_opener_destroy(struct shot_opener *opener);

#endif
