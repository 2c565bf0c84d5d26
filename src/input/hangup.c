#include "input/hangup.h"

#include <poll.h>
#include <stddef.h>

#include "base/clock.h"

bool shot_hung_up(int socket, double seconds)
{
	int64_t deadline = shot_deadline_in(seconds);
	struct pollfd fd = {.fd = socket}; /* POLLHUP needs no request */
	struct timespec left;
	int outcome;
	do {
		outcome = ppoll(&fd, 1, shot_deadline_left(deadline, &left), NULL);
	} while (outcome < 0);
	return outcome > 0;
}
