#include "http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define WAITING 64 /* connections before they are accepted */

static const char unix_prefix[] = "unix:";

/* Tells by connecting whether no process listens there. */
static bool is_abandoned(const struct sockaddr_un *name)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool refused = fd >= 0 && connect(fd, (const struct sockaddr *)name, sizeof *name) < 0 &&
		       errno == ECONNREFUSED;
	if (fd >= 0) {
		close(fd);
	}
	return refused;
}

static int listen_unix(const char *path, struct shot_http_place *place, struct shot_error *err)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	if (!*path || strlen(path) >= sizeof name.sun_path) {
		shot_fail(err, "EINVAL", "a Unix socket's path has 1 to %zu bytes: '%.120s'",
			sizeof name.sun_path - 1, path);
		return -1;
	}
	strcpy(name.sun_path, path);
	if (is_abandoned(&name)) {
		unlink(path);
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Its mode becomes the file's, which is this user's from its first moment on. */
	bool ok = fd >= 0 && fchmod(fd, 0600) == 0 &&
		  bind(fd, (const struct sockaddr *)&name, sizeof name) == 0 &&
		  listen(fd, WAITING) == 0;
	if (!ok) {
		shot_fail_errno(err, errno, "cannot listen on unix:%s", path);
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	snprintf(place->text, sizeof place->text, "unix:%s", path);
	place->is_loopback = true;
	return fd;
}

/* Splits "HOST:PORT" or "[HOST]:PORT" into its two parts. */
static bool split(const char *address, char host[64], char port[6])
{
	int end = -1;
	bool ok = sscanf(address, "[%63[0-9a-fA-F:.]]:%5[0-9]%n", host, port, &end) == 2;
	if (!ok) {
		ok = sscanf(address, "%63[0-9.]:%5[0-9]%n", host, port, &end) == 2;
	}
	return ok && end == (int)strlen(address) && atoi(port) <= UINT16_MAX;
}

static bool is_of_this_machine(const struct sockaddr *name)
{
	if (name->sa_family == AF_INET) {
		const struct sockaddr_in *four = (const void *)name;
		return ntohl(four->sin_addr.s_addr) >> 24 == 127;
	}
	const struct sockaddr_in6 *six = (const void *)name;
	return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

/* Fills in the address of the socket, with the port that it got. */
static void name_place(int fd, struct shot_http_place *place)
{
	struct sockaddr_storage name;
	socklen_t size = sizeof name;
	char host[64] = "", port[8] = "";
	getsockname(fd, (struct sockaddr *)&name, &size);
	getnameinfo((struct sockaddr *)&name, size, host, sizeof host, port, sizeof port,
		NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(place->text, sizeof place->text, name.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s",
		host, port);
	place->is_loopback = is_of_this_machine((struct sockaddr *)&name);
}

int shot_http_listen(const char *address, struct shot_http_place *place, struct shot_error *err)
{
	if (strncmp(address, unix_prefix, strlen(unix_prefix)) == 0) {
		return listen_unix(address + strlen(unix_prefix), place, err);
	}
	char host[64], port[6];
	struct addrinfo *found = NULL;
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM};
	if (!split(address, host, port) || getaddrinfo(host, port, &hints, &found) != 0) {
		shot_fail(err, "EINVAL",
			"an address such as 127.0.0.1:8080, [::1]:8080 or unix:/run/user/1000/page "
			"expected, got '%.120s'",
			address);
		return -1;
	}
	int on = 1;
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
		  bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, WAITING) == 0;
	int number = errno;
	freeaddrinfo(found);
	if (!ok) {
		shot_fail_errno(err, number, "cannot listen on %s", address);
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	name_place(fd, place);
	return fd;
}
