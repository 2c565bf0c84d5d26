/* libxcb's functions that read and write, with a bound on their time: if a server sends only the
 * beginning of a message, or reads nothing, the connection ends (base/watchdog.h). Other files of
 * this room do not read or flush, except for the opening, which a breaker can
 * end, and the process that acts (x11/actor.h). */
#ifndef SHOT_X11_IO_H
#define SHOT_X11_IO_H

#include <stdbool.h>

#include <xcb/xcb.h>

/* As xcb_poll_for_reply: false when the answer has not arrived yet. */
bool shot_io_poll_reply(
	xcb_connection_t *xcb, unsigned sequence, void **reply, xcb_generic_error_t **error);

/* As xcb_poll_for_event. */
xcb_generic_event_t *shot_io_poll_event(xcb_connection_t *xcb);

/* As xcb_flush; false when the connection is lost. A server that has gone costs no SIGPIPE, which
 * would end a program that does not handle it: libxcb writes without MSG_NOSIGNAL. */
bool shot_io_flush(xcb_connection_t *xcb);

/* As xcb_generate_id, which asks the server and waits when its identifiers are used up. */
uint32_t shot_io_generate_id(xcb_connection_t *xcb);

#endif
