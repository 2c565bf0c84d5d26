/* libxcb's functions that read and write, with a bound on their time: if a server sends only the
 * beginning of a message, or reads nothing, the connection ends (base/watchdog.h). Other files of
 * this room do not read or flush, except for the opening, which a breaker can end, and the process
 * that acts (x11/actor.h). */
#ifndef SHOT_X11_IO_H
#define SHOT_X11_IO_H

#include <signal.h>
#include <stdbool.h>

#include <xcb/xcb.h>

#include "base/watchdog.h"

/* A call of libxcb in progress. */
struct shot_io_call {
	struct shot_watched watched;
	sigset_t before; /* the signals that this thread blocked */
};

/* Bound what libxcb does with the connection until the end, and let a server that has gone cause no
 * SIGPIPE, which would end a program that does not handle it: libxcb writes without MSG_NOSIGNAL.
 * The functions below do both by themselves. A request writes as well, when libxcb's buffer of 16
 * KiB is full, so that requests without number between two flushes need these. */
void shot_io_begin(struct shot_io_call *call, xcb_connection_t *xcb);
void shot_io_end(struct shot_io_call *call, xcb_connection_t *xcb);

/* As xcb_poll_for_reply: false when the answer has not arrived yet. */
bool shot_io_poll_reply(
	xcb_connection_t *xcb, unsigned sequence, void **reply, xcb_generic_error_t **error);

/* As xcb_poll_for_event. */
xcb_generic_event_t *shot_io_poll_event(xcb_connection_t *xcb);

/* As xcb_flush; false when the connection is lost. */
bool shot_io_flush(xcb_connection_t *xcb);

/* As xcb_generate_id, which asks the server and waits when its identifiers are used up. */
uint32_t shot_io_generate_id(xcb_connection_t *xcb);

#endif
