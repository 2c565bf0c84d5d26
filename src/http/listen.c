#include "http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAITING 64 /* connections before they are accepted */

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
