#include "x11/address.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <xcb/xcb.h>

#define PORT 6000
#define PAUSE_MS 10 /* between two attempts at a full queue */

bool shot_address_read(struct shot_address *address, const char *name)
{
	char *host = NULL;
	*address = (struct shot_address){0};
	/* Newer libxcb treats the text after "unix:" as the path of a socket. */
	const char *number =
		strncmp(name, "unix:", 5) == 0 && isdigit((unsigned char)name[5]) ? name + 4 : name;
	if (!xcb_parse_display(number, &host, &address->number, &address->screen)) {
		return false;
	}
	/* libxcb ignores the protocol before a slash. */
	const char *slash = strrchr(name, '/');
	bool is_unix = slash && slash - name == 4 && strncmp(name, "unix", 4) == 0;
	bool fits = (size_t)snprintf(address->host, sizeof address->host, "%s", host) <
		    sizeof address->host;
	address->is_local = is_unix || !host[0] || strcmp(host, "unix") == 0;
	address->may_be_tcp = !slash && !host[0] && number == name;
	free(host);
	return fits;
}

/* Waits until the connection is established; 0, or an errno. */
static int await_connection(int fd)
{
	struct pollfd poller = {.fd = fd, .events = POLLOUT};
	int failed = 0;
	socklen_t size = sizeof failed;
	while (poll(&poller, 1, -1) < 0 && errno == EINTR) {
	}
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) < 0 ? errno : failed;
}

/* 0, or an errno. */
static int connect_guarded(
	int fd, const struct sockaddr *at, socklen_t size, struct shot_breaker *breaker)
{
	if (!shot_breaker_guard(breaker, fd)) {
		return errno;
	}
	while (connect(fd, at, size) < 0) {
		switch (errno) {
		case EINPROGRESS:
		case EINTR:
			return shot_breaker_is_broken(breaker) ? ECANCELED : await_connection(fd);
		case EAGAIN: /* a Unix socket's queue is full */
			if (shot_breaker_is_broken(breaker)) {
				return ECANCELED;
			}
			poll(NULL, 0, PAUSE_MS);
			break;
		default:
			return errno;
		}
	}
	return 0;
}

/* The socket, or -1 with errno. */
static int dial(int family, const void *at, socklen_t size, struct shot_breaker *breaker)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int failed = fd < 0 ? errno : connect_guarded(fd, at, size, breaker);
	if (failed && fd >= 0) {
		close(fd);
	}
	errno = failed;
	return failed ? -1 : fd;
}

/* Tries the abstract name first, as every X client does. */
static int dial_local(int number, struct shot_breaker *breaker)
{
	struct sockaddr_un file = {.sun_family = AF_UNIX}, abstract = {.sun_family = AF_UNIX};
	int length = snprintf(file.sun_path, sizeof file.sun_path, "/tmp/.X11-unix/X%d", number);
	memcpy(abstract.sun_path + 1, file.sun_path, (size_t)length);
	size_t size = offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length;
	int fd = dial(AF_UNIX, &abstract, (socklen_t)size, breaker);
	if (fd < 0 && (errno == ENOENT || errno == ECONNREFUSED)) {
		fd = dial(AF_UNIX, &file, sizeof file, breaker);
	}
	return fd;
}

static int dial_network(const char *host, int number, struct shot_breaker *breaker)
{
	char name[256], port[16];
	size_t length = strlen(host);
	bool has_brackets = length > 1 && host[0] == '[' && host[length - 1] == ']';
	snprintf(name, sizeof name, "%.*s", (int)(has_brackets ? length - 2 : length),
		host + has_brackets);
	snprintf(port, sizeof port, "%d", PORT + number);
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	struct addrinfo *found = NULL;
	if (getaddrinfo(name[0] ? name : "localhost", port, &hints, &found) != 0) {
		errno = ENOENT;
		return -1;
	}
	int fd = -1, on = 1;
	for (struct addrinfo *it = found; it && fd < 0; it = it->ai_next) {
		fd = dial(it->ai_family, it->ai_addr, it->ai_addrlen, breaker);
	}
	if (fd >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	}
	int failed = errno;
	freeaddrinfo(found);
	errno = failed;
	return fd;
}

int shot_address_dial(const struct shot_address *address, struct shot_breaker *breaker)
{
	int fd = -1;
	if (address->is_local) {
		fd = dial_local(address->number, breaker);
		if (fd >= 0 || !address->may_be_tcp || (errno != ENOENT && errno != ECONNREFUSED)) {
			return fd;
		}
	}
	return dial_network(address->is_local ? "" : address->host, address->number, breaker);
}
