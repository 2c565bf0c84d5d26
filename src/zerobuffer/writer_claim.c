#include "zerobuffer/writer_claim.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define TRIES 500 /* 2 ms each */

static bool is_held(const struct zb_object *object, uint64_t *pid)
{
	*pid = zb_load(&object->oieb->writer_pid);
	return zb_pid_life(*pid, &object->identity) == ZB_LIFE_ALIVE;
}

/* A killed writer is dead a little before the kernel releases its lock; a writer that comes or goes
 * has the lock without its pid for a moment. */
static bool lock(const struct zb_object *object, int claim)
{
	uint64_t pid;
	for (int i = 0; i < TRIES; i++) {
		if (flock(claim, LOCK_EX | LOCK_NB) == 0) {
			return true;
		}
		if (is_held(object, &pid)) {
			return false;
		}
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	}
	return false;
}

/* Opens the file again, because the object's descriptor may be passed on. */
static int open_claim(const struct zb_object *object)
{
	char path[32];
	snprintf(path, sizeof path, "/proc/self/fd/%d", object->fd);
	return open(path, O_RDWR | O_CLOEXEC);
}

bool zb_claim_take(struct zb_object *object, int *claim, struct shot_error *err)
{
	uint64_t own = (uint64_t)getpid(), pid;
	*claim = open_claim(object);
	if (*claim < 0) {
		return shot_fail_errno(
			err, errno, "cannot attach to the ring %s", object->name.text);
	}
	bool locked = lock(object, *claim);
	bool held = is_held(object, &pid) && pid != own;
	if (!locked || held ||
		!__atomic_compare_exchange_n(&object->oieb->writer_pid, &pid, own, false,
			__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		close(*claim);
		return shot_fail(err, "EEXIST",
			"the ring %s already has a writer, process %" PRIu64, object->name.text,
			pid);
	}
	return true;
}

void zb_claim_drop(struct zb_object *object, int claim)
{
	uint64_t own = (uint64_t)getpid();
	__atomic_compare_exchange_n(
		&object->oieb->writer_pid, &own, 0, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	close(claim);
}
