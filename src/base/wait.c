#include "base/wait.h"
#include "base/clock.h"

#include <poll.h>

enum shot_wait shot_wait_beside(int fd, int wake_fd, int others, int64_t deadline)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = wake_fd, .events = POLLIN},
		{.fd = others, .events = POLLIN}};
	struct timespec left;
	int ready = ppoll(fds, 3, shot_deadline_left(deadline, &left), NULL);
	if (ready < 0) {
		return SHOT_WAIT_SIGNAL;
	}
	if (fds[0].revents) {
		return SHOT_WAIT_READY;
	}
	if (fds[1].revents) {
		return SHOT_WAIT_WOKEN;
	}
	return fds[2].revents ? SHOT_WAIT_OTHERS : SHOT_WAIT_TIMEOUT;
}

enum shot_wait shot_wait_readable(int fd, int wake_fd, int64_t deadline)
{
	return shot_wait_beside(fd, wake_fd, -1, deadline);
}
