#include "x11/io.h"

#include <pthread.h>

#include <xcb/xcbext.h>

#include "base/broken_pipe.h"

void shot_io_begin(struct shot_io_call *call, xcb_connection_t *xcb)
{
	shot_broken_pipe_begin(&call->before);
	shot_watchdog_begin(&call->watched, xcb_get_file_descriptor(xcb));
}

/* A write that found no server has caused a SIGPIPE for this thread, and lost the connection. */
void shot_io_end(struct shot_io_call *call, xcb_connection_t *xcb)
{
	shot_watchdog_end(&call->watched);
	if (xcb_connection_has_error(xcb)) {
		shot_broken_pipe_end(&call->before);
	} else { /* one system call for each capture, not two */
		pthread_sigmask(SIG_SETMASK, &call->before, NULL);
	}
}

bool shot_io_poll_reply(
	xcb_connection_t *xcb, unsigned sequence, void **reply, xcb_generic_error_t **error)
{
	struct shot_watched call;
	shot_watchdog_begin(&call, xcb_get_file_descriptor(xcb));
	bool is_in = xcb_poll_for_reply(xcb, sequence, reply, error);
	shot_watchdog_end(&call);
	return is_in;
}

xcb_generic_event_t *shot_io_poll_event(xcb_connection_t *xcb)
{
	struct shot_watched call;
	shot_watchdog_begin(&call, xcb_get_file_descriptor(xcb));
	xcb_generic_event_t *event = xcb_poll_for_event(xcb);
	shot_watchdog_end(&call);
	return event;
}

bool shot_io_flush(xcb_connection_t *xcb)
{
	struct shot_io_call call;
	shot_io_begin(&call, xcb);
	bool is_open = xcb_flush(xcb) > 0;
	shot_io_end(&call, xcb);
	return is_open;
}

uint32_t shot_io_generate_id(xcb_connection_t *xcb)
{
	struct shot_io_call call;
	shot_io_begin(&call, xcb);
	uint32_t id = xcb_generate_id(xcb);
	shot_io_end(&call, xcb);
	return id;
}
