#define _GNU_SOURCE
#include "zerobuffer/semaphore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/clock.h"

static bool adopt(
	struct zb_semaphore *semaphore, sem_t *handle, const char *name, struct shot_error *err)
{
	semaphore->handle = NULL;
	semaphore->guard = NULL;
	if (handle == SEM_FAILED) {
		return shot_fail_errno(err, errno, "cannot open the semaphore %s", name);
	}
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *start = (void *)((uintptr_t)handle & ~(uintptr_t)(page - 1));
	semaphore->guard = shot_guard_add(start, page, err);
	if (!semaphore->guard) {
		sem_close(handle);
		return false;
	}
	semaphore->handle = handle;
	return true;
}

bool zb_semaphore_create(struct zb_semaphore *semaphore, const char *name, struct shot_error *err)
{
	sem_unlink(name);
	return adopt(semaphore, sem_open(name, O_CREAT | O_EXCL, 0600, 0), name, err);
}

bool zb_semaphore_open(struct zb_semaphore *semaphore, const char *name, struct shot_error *err)
{
	return adopt(semaphore, sem_open(name, 0), name, err);
}

void zb_semaphore_close(struct zb_semaphore *semaphore)
{
	if (semaphore->handle) {
		shot_guard_remove(semaphore->guard);
		sem_close(semaphore->handle);
	}
	*semaphore = (struct zb_semaphore){0};
}

enum zb_wait zb_semaphore_wait(struct zb_semaphore *semaphore, int64_t deadline)
{
	struct timespec end = {deadline / SHOT_NS_PER_S, deadline % SHOT_NS_PER_S};
	if (sem_clockwait(semaphore->handle, CLOCK_MONOTONIC, &end) == 0) {
		return ZB_WAIT_TOKEN;
	}
	return errno == EINTR ? ZB_WAIT_SIGNAL : ZB_WAIT_TIMEOUT;
}
