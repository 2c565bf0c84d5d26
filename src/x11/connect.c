#include "x11/connect.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/thread.h"
#include "x11/address.h"
#include "x11/authority.h"
#include "x11/setup.h"

#define TRIES 7		    /* attempts at a server that closes connections: a third of a second */
#define FIRST_PAUSE 5000000 /* nanoseconds, doubled each time */
#define FULL "Maximum number of clients"

struct attempt {
	const char *name;
	struct shot_address address;
	struct shot_authority authority;
	struct shot_setup setup;
	struct shot_breaker *breaker;
	int fd;
};

/* A server for libxcb: it gives one answer, which luashot has already received. */
struct echo {
	const struct shot_setup *setup;
	int fd;
};

static void *answer(void *argument)
{
	const struct echo *echo = argument;
	shot_setup_answer(echo->setup, echo->fd);
	return NULL;
}

/* libxcb sends its own setup request, drops the reason of a refusal, and waits for ever. So luashot
 * passes it the answer that it has already received, and then puts the real connection in the place
 * of that socket. */
static xcb_connection_t *hand_over(struct attempt *attempt, struct shot_error *err)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		shot_fail_errno(err, errno, "cannot connect to '%s'", attempt->name);
		return NULL;
	}
	struct echo echo = {&attempt->setup, pair[1]};
	pthread_t thread;
	int failed = shot_thread_start(&thread, answer, &echo);
	if (failed) {
		shot_fail_errno(err, failed, "cannot connect to '%s'", attempt->name);
		close(pair[0]);
		close(pair[1]);
		return NULL;
	}
	xcb_connection_t *xcb = xcb_connect_to_fd(pair[0], NULL);
	shutdown(pair[1], SHUT_RDWR); /* in case libxcb has given up early */
	pthread_join(thread, NULL);
	close(pair[1]);
	if (xcb_connection_has_error(xcb) || dup3(attempt->fd, pair[0], O_CLOEXEC) < 0) {
		shot_fail_errno(err, ENOMEM, "cannot connect to '%s'", attempt->name);
		xcb_disconnect(xcb);
		return NULL;
	}
	return xcb;
}

static bool fail_odd(const struct attempt *attempt, struct shot_error *err)
{
	return shot_fail(
		err, "EXERROR", "the answer at '%s' is not that of an X server", attempt->name);
}

/* Whether the answer that libxcb has read by itself is one that luashot accepts. */
static bool is_setup_whole(xcb_connection_t *xcb)
{
	const xcb_setup_t *setup = xcb_get_setup(xcb);
	return shot_setup_is_whole((const uint8_t *)setup, 8 + (size_t)setup->length * 4);
}

static bool fail_refused(const struct attempt *attempt, struct shot_error *err)
{
	const struct shot_authority *authority = &attempt->authority;
	const char *reason =
		attempt->setup.reason[0] ? attempt->setup.reason : "it gives no reason";
	if (strncmp(reason, FULL, sizeof FULL - 1) == 0) {
		return shot_fail(err, "EBUSY",
			"the X server '%s' has no room for one more client: %s", attempt->name,
			reason);
	}
	if (authority->problem) {
		return shot_fail(err, "EACCES",
			"the X server '%s' refuses the connection: %s (the file of cookies '%s' "
			"cannot be read: %s)",
			attempt->name, reason, authority->file, authority->problem);
	}
	return shot_fail(err, "EACCES", "the X server '%s' refuses the connection: %s (%s '%s')",
		attempt->name, reason,
		authority->cookie ? "with the cookie in" : "there is no cookie for it in",
		authority->file);
}

static bool fail_to_dial(const struct attempt *attempt, int number, struct shot_error *err)
{
	switch (number) {
	case ENOENT:
	case ECONNREFUSED:
		return shot_fail(err, "ENODISPLAY", "no X server answers at '%s'", attempt->name);
	case ECANCELED:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
		return shot_fail_errno(err, number, "cannot connect to '%s'", attempt->name);
	default:
		return shot_fail(err, "ENODISPLAY", "no X server answers at '%s': %s",
			attempt->name, strerror(number));
	}
}

/* Only libxcb can use the key of XDM-AUTHORIZATION-1. */
static xcb_connection_t *leave_to_xcb(const struct attempt *attempt, struct shot_error *err)
{
	xcb_connection_t *xcb = xcb_connect(attempt->name, NULL);
	if (xcb_connection_has_error(xcb)) {
		shot_fail(err, "EACCES",
			"the X server '%s' refuses the connection with the key of "
			"XDM-AUTHORIZATION-1 in '%s'",
			attempt->name, attempt->authority.file);
	} else if (!is_setup_whole(xcb)) {
		fail_odd(attempt, err);
	} else if (!shot_breaker_guard(attempt->breaker, xcb_get_file_descriptor(xcb))) {
		fail_to_dial(attempt, errno, err);
	} else {
		return xcb;
	}
	xcb_disconnect(xcb);
	return NULL;
}

static bool fail_setup(const struct attempt *attempt, struct shot_error *err)
{
	if (shot_breaker_is_broken(attempt->breaker)) {
		return fail_to_dial(attempt, ECANCELED, err);
	}
	switch (attempt->setup.outcome) {
	case SHOT_SETUP_REFUSED:
		return fail_refused(attempt, err);
	case SHOT_SETUP_CLOSED:
		return shot_fail(err, "ENODISPLAY",
			"the X server '%s' closes the connection without an answer", attempt->name);
	case SHOT_SETUP_NO_MEMORY:
		return shot_fail_errno(err, ENOMEM, "cannot connect to '%s'", attempt->name);
	default:
		return fail_odd(attempt, err);
	}
}

/* Makes one connection, and reads the server's answer. */
static xcb_connection_t *try(struct attempt *attempt, struct shot_error *err)
{
	xcb_connection_t *xcb = NULL;
	attempt->setup = (struct shot_setup){.outcome = SHOT_SETUP_NO_MEMORY};
	attempt->fd = shot_address_dial(&attempt->address, attempt->breaker);
	if (attempt->fd < 0) {
		fail_to_dial(attempt, errno, err);
		return NULL;
	}
	shot_authority_find(&attempt->authority, attempt->fd, attempt->address.number);
	if (attempt->authority.is_xdm) {
		xcb = leave_to_xcb(attempt, err);
	} else {
		shot_setup_ask(&attempt->setup, attempt->fd, attempt->authority.cookie);
		if (attempt->setup.outcome == SHOT_SETUP_ACCEPTED) {
			xcb = hand_over(attempt, err);
		} else {
			fail_setup(attempt, err);
		}
	}
	shot_setup_finish(&attempt->setup);
	shot_authority_finish(&attempt->authority);
	close(attempt->fd);
	return xcb;
}

static xcb_connection_t *try_again(struct attempt *attempt, struct shot_error *err)
{
	struct timespec pause = {.tv_nsec = FIRST_PAUSE};
	xcb_connection_t *xcb = try(attempt, err);
	for (int i = 1; i < TRIES && !xcb && attempt->setup.outcome == SHOT_SETUP_CLOSED &&
			!shot_breaker_is_broken(attempt->breaker);
		i++) {
		nanosleep(&pause, NULL);
		pause.tv_nsec *= 2;
		xcb = try(attempt, err);
	}
	return xcb;
}

xcb_connection_t *shot_x11_connect(
	const char *name, struct shot_breaker *breaker, int *screen, struct shot_error *err)
{
	const char *named = name && name[0] ? name : getenv("DISPLAY");
	struct attempt attempt = {.name = named, .breaker = breaker};
	if (!named || !named[0]) {
		const char *compositor = getenv("WAYLAND_DISPLAY");
		shot_fail(err, "ENODISPLAY",
			"no display is named: %s set (try ':0', or a private server with "
			"--headless)",
			compositor && compositor[0] ? "DISPLAY is not"
						    : "neither DISPLAY nor WAYLAND_DISPLAY is");
		return NULL;
	}
	if (!shot_address_read(&attempt.address, named)) {
		shot_fail(err, "ENODISPLAY",
			"'%s' is not a display name (one looks like ':0' or 'host:10.0')", named);
		return NULL;
	}
	xcb_connection_t *xcb = try_again(&attempt, err);
	*screen = attempt.address.screen;
	if (xcb && *screen >= xcb_get_setup(xcb)->roots_len) {
		shot_fail(err, "ENODISPLAY", "display '%s' has no such screen", named);
		xcb_disconnect(xcb);
		return NULL;
	}
	return xcb;
}

bool shot_x11_connect_is_local(xcb_connection_t *xcb)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	return getsockname(xcb_get_file_descriptor(xcb), (struct sockaddr *)&address, &size) == 0 &&
	       address.ss_family == AF_UNIX;
}
