/* What of libxcb reads and writes, for a while that has a bound: a server that sends the beginning
 * of a message and not its rest, or that reads nothing, ends the connection (base/watchdog.h). In
 * this room nothing else reads or flushes, but for the opening, which a breaker ends. */
#ifndef SHOT_X11_IO_H
#define SHOT_X11_IO_H

#include <stdbool.h>

#include <xcb/xcb.h>

/* As xcb_poll_for_reply: false when the answer is not in yet. */
bool shot_io_poll_reply(
	xcb_connection_t *xcb, unsigned sequence, void **reply, xcb_generic_error_t **error);

/* As xcb_poll_for_event. */
xcb_generic_event_t *shot_io_poll_event(xcb_connection_t *xcb);

/* As xcb_flush; false when the connection is lost. */
bool shot_io_flush(xcb_connection_t *xcb);

#endif
