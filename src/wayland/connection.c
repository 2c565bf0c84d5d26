#include "wayland/connection.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "wayland/library.h"

int shot_wayland_fd(const struct shot_source *source)
{
	return shot_wayland_library.get_fd(shot_wayland_of(source)->display);
}

uint64_t shot_wayland_received(const struct shot_source *source)
{
	return shot_wayland_of(source)->received;
}

void shot_wayland_flush(struct shot_source *source)
{
	shot_wayland_library.flush(shot_wayland_of(source)->display);
}

void shot_wayland_note(struct shot_source *source)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	shot_wayland_library.dispatch_pending(wayland->display);
	shot_wayland_library.flush(wayland->display);
}

/* Whether the other side has hung up, and everything that it sent is read. The library notices it,
 * but for a message of which a part is missing: since 1.23 it then waits for the rest for ever, by
 * reading again and again. */
static bool is_at_end(int fd)
{
	char ignored;
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	return poll(&ready, 1, 0) > 0 && (ready.revents & POLLHUP) &&
	       recv(fd, &ignored, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Reads once what is there, without asking before: a read that finds nothing is not a failure. The
 * descriptor stays readable while there is more. */
static void read_some(struct shot_wayland *wayland)
{
	struct wl_display *display = wayland->display;
	while (shot_wayland_library.prepare_read(display) != 0) {
		if (shot_wayland_library.dispatch_pending(display) < 0) {
			return;
		}
	}
	shot_wayland_library.flush(display);
	if (shot_wayland_library.read_events(display) < 0) {
		return;
	}
	int count = shot_wayland_library.dispatch_pending(display);
	wayland->received += count > 0;
	if (count == 0) {
		wayland->has_ended = is_at_end(shot_wayland_library.get_fd(display));
	}
}

bool shot_wayland_take_events(struct shot_source *source, struct shot_error *err)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	read_some(wayland);
	shot_wayland_library.flush(wayland->display);
	return shot_wayland_check(source, err);
}

bool shot_wayland_check(struct shot_source *source, struct shot_error *err)
{
	const struct shot_wayland *wayland = shot_wayland_of(source);
	int number = shot_wayland_library.get_error(wayland->display);
	if (number == 0 && wayland->has_ended) {
		number = EPIPE;
	}
	if (number == 0) {
		return true;
	}
	if (number == EPROTO) {
		return shot_fail(err, "ELOST",
			"the connection to the compositor is lost: it refused a request");
	}
	return shot_fail(
		err, "ELOST", "the connection to the compositor is lost: %s", strerror(number));
}
