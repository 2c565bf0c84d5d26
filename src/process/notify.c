#include "process/notify.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool shot_service_notify(const char *address, const char *text, struct shot_error *err)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t length = strlen(address);
	if ((address[0] != '/' && address[0] != '@') || length >= sizeof to.sun_path) {
		return shot_fail(err, "EINVAL",
			"NOTIFY_SOCKET is %s: a path or an @name of at most %zu bytes is needed",
			address, sizeof to.sun_path - 1);
	}
	memcpy(to.sun_path, address, length);
	if (address[0] == '@') {
		to.sun_path[0] = '\0';
	}
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return shot_fail_errno(err, errno, "cannot make a socket");
	}
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	ssize_t sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to, size);
	int number = errno;
	close(fd);
	return sent >= 0 || shot_fail_errno(err, number, "cannot notify %s", address);
}
