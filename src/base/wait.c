#include "base/wait.h"
#include "base/clock.h"

#include <poll.h>

enum shot_wait shot_wait_readable(int fd, int wake_fd, int64_t deadline)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};
	struct timespec left;
	int ready = ppoll(fds, 2, shot_deadline_left(deadline, &left), NULL);
	if (ready < 0) {
		return SHOT_WAIT_SIGNAL;
	}
	if (fds[0].revents) {
		return SHOT_WAIT_READY;
	}
	return fds[1].revents ? SHOT_WAIT_WOKEN : SHOT_WAIT_TIMEOUT;
}
