/* The standard descriptors of a sandboxed process. A process can open a pipe or file again through
 * /proc, in any mode that its permissions allow, and landlock does not check pipes. The process
 * therefore gets sockets, which cannot be opened again, and the parent copies the bytes:
 *
 *	0	a terminal as it is, any other input through a socket, and /dev/null for a
 *		process that reads no input
 *	1, 2	a terminal as it is, any other output through a socket: one socket for both where
 *		both lead to the same place, so that the order stays */
#ifndef SHOT_PROCESS_STREAMS_H
#define SHOT_PROCESS_STREAMS_H

#include <stdbool.h>

#include "base/error.h"

struct shot_streams;

/* Make the streams, before the fork. NULL after a failure. */
struct shot_streams *shot_streams_make(bool reads_input, struct shot_error *err);

/* In the child: install its descriptors 0 to 2. The caller closes the others. */
void shot_streams_place(const struct shot_streams *streams);

/* In the parent, after the fork: begin to copy bytes, on threads. */
bool shot_streams_carry(struct shot_streams *streams, struct shot_error *err);

/* Report that the child has ended: the bytes that it wrote before are still copied. Nothing else
 * is, even if another process holds the child's end of a socket. */
void shot_streams_end(struct shot_streams *streams);

/* A descriptor that becomes readable when the result of the next function may have changed. */
int shot_streams_fd(const struct shot_streams *streams);

/* Whether all of the child's output has been copied, or cannot be. */
bool shot_streams_are_carried(struct shot_streams *streams);

/* Restore the terminal's settings, and destroy the streams. False with the reason when output could
 * not be written (ENOSPC, EIO), except for a reader that has gone (EPIPE). A thread that is blocked
 * in reading or writing ends with the process. */
bool shot_streams_finish(struct shot_streams *streams, struct shot_error *err);

#endif
