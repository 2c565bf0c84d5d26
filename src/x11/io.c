#include "x11/io.h"

#include <signal.h>
#include <time.h>

#include <xcb/xcbext.h>

#include "base/watchdog.h"

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

/* Ends the time in which this thread gets no SIGPIPE. A write of libxcb may have caused one. */
static void restore_signals(const sigset_t *before, const sigset_t *pipe, bool is_open)
{
	if (!is_open && !sigismember(before, SIGPIPE)) {
		sigtimedwait(pipe, NULL, &(struct timespec){0});
	}
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

bool shot_io_flush(xcb_connection_t *xcb)
{
	struct shot_watched call;
	sigset_t pipe, before;
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &before);
	shot_watchdog_begin(&call, xcb_get_file_descriptor(xcb));
	bool is_open = xcb_flush(xcb) > 0;
	shot_watchdog_end(&call);
	restore_signals(&before, &pipe, is_open);
	return is_open;
}

uint32_t shot_io_generate_id(xcb_connection_t *xcb)
{
	struct shot_watched call;
	shot_watchdog_begin(&call, xcb_get_file_descriptor(xcb));
	uint32_t id = xcb_generate_id(xcb);
	shot_watchdog_end(&call);
	return id;
}
