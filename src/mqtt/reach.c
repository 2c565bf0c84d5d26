#include "mqtt/reach.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int reach(const struct addrinfo *address)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, address->ai_protocol);
	if (fd < 0) {
		return errno;
	}
	int failed = connect(fd, address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
	close(fd);
	return failed;
}

int shot_mqtt_reach(const char *host, int port)
{
	char service[16];
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found = NULL;
	snprintf(service, sizeof service, "%d", port);
	if (getaddrinfo(host, service, &hints, &found) != 0) {
		return EAGAIN;
	}
	int failed = EAGAIN;
	for (const struct addrinfo *one = found; one && failed != 0; one = one->ai_next) {
		failed = reach(one);
	}
	freeaddrinfo(found);
	return failed;
}
