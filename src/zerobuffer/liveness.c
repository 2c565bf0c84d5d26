#include "zerobuffer/liveness.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Whether a line of /proc/PID/maps is of that object. */
static bool line_maps(const char *line, const struct zb_identity *object)
{
	unsigned major_number, minor_number;
	uint64_t inode;
	return sscanf(line, "%*s %*s %*s %x:%x %" SCNu64, &major_number, &minor_number, &inode) ==
		       3 &&
	       inode == object->inode && major_number == major(object->device) &&
	       minor_number == minor(object->device);
}

/* A process that uses a ring has it mapped. Without permission to look, assume that it does. */
static bool may_map(pid_t pid, const struct zb_identity *object)
{
	char path[32];
	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");
	if (!maps) {
		return true;
	}
	char *line = NULL;
	size_t room = 0;
	bool found = false;
	errno = 0;
	while (!found && getline(&line, &room, maps) > 0) {
		found = line_maps(line, object);
	}
	bool unreadable = ferror(maps) && errno != ESRCH;
	free(line);
	fclose(maps);
	return found || unreadable;
}

static bool exists(uint64_t pid)
{
	return pid <= INT_MAX && (kill((pid_t)pid, 0) == 0 || errno != ESRCH);
}

enum zb_life zb_pid_life(uint64_t pid, const struct zb_identity *object)
{
	if (pid == 0) {
		return ZB_LIFE_NONE;
	}
	return exists(pid) && may_map((pid_t)pid, object) ? ZB_LIFE_ALIVE : ZB_LIFE_DEAD;
}

enum zb_life zb_peer_check(struct zb_peer *peer, uint64_t pid, const struct zb_identity *object)
{
	if (pid != 0 && pid == peer->pid && peer->pidfd >= 0) {
		struct pollfd ended = {.fd = peer->pidfd, .events = POLLIN};
		return poll(&ended, 1, 0) > 0 ? ZB_LIFE_DEAD : ZB_LIFE_ALIVE;
	}
	zb_peer_finish(peer);
	if (pid == 0 || pid > INT_MAX) {
		return pid == 0 ? ZB_LIFE_NONE : ZB_LIFE_DEAD;
	}
	/* Opens the descriptor before the check, so that both are of the same process. */
	int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	enum zb_life life = zb_pid_life(pid, object);
	if (life == ZB_LIFE_ALIVE) {
		*peer = (struct zb_peer){pid, pidfd};
	} else if (pidfd >= 0) {
		close(pidfd);
	}
	return life;
}

void zb_peer_finish(struct zb_peer *peer)
{
	if (peer->pidfd >= 0) {
		close(peer->pidfd);
	}
	*peer = ZB_PEER_NONE;
}
