/* The standard descriptors of a process behind walls. What a pipe or a file leads to can be opened
 * again by way of /proc, in any mode that its permissions allow, and landlock does not look at
 * pipes. So such a process gets sockets, which cannot be opened, and the parent carries the bytes:
 *
 *	0	a terminal as it is, what else there is through a socket, and /dev/null for a
 *		process that reads no input
 *	1, 2	a terminal as it is, what else there is through a socket: one socket for both where
 *		both lead to the same, so that the order stays */
#ifndef SHOT_PROCESS_STREAMS_H
#define SHOT_PROCESS_STREAMS_H

#include <stdbool.h>

#include "base/error.h"

struct shot_streams;

/* Make them, before the fork. NULL after a failure. */
struct shot_streams *shot_streams_make(bool reads_input, struct shot_error *err);

/* In the child: be its descriptors 0 to 2. What it no longer needs is its caller's to close. */
void shot_streams_place(const struct shot_streams *streams);

/* In the parent, after the fork: begin to carry, on threads. */
bool shot_streams_carry(struct shot_streams *streams, struct shot_error *err);

/* The child has ended: what it wrote before is still carried, and nothing else, whoever may have
 * got its end of a socket. */
void shot_streams_end(struct shot_streams *streams);

/* Becomes readable then; what the next one returns may have changed. */
int shot_streams_fd(const struct shot_streams *streams);

/* Whether all that it wrote has been carried, or cannot be. */
bool shot_streams_are_carried(struct shot_streams *streams);

/* Give back the terminal's settings, and destroy it. False with the reason when output could not
 * be written (ENOSPC, EIO), unless nobody reads it any more (EPIPE). A thread that sleeps in
 * reading or writing stays, and ends with the process. */
bool shot_streams_finish(struct shot_streams *streams, struct shot_error *err);

#endif
