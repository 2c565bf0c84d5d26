/* A named POSIX semaphore that a peer shares and may misuse: a token is a hint to look, never a
 * promise. */
#ifndef ZB_SEMAPHORE_H
#define ZB_SEMAPHORE_H

#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/guard.h"

struct zb_semaphore {
	sem_t *handle;		  /* NULL when closed */
	struct shot_guard *guard; /* its file can be truncated too */
};

enum zb_wait {
	ZB_WAIT_TOKEN,	 /* took one */
	ZB_WAIT_SIGNAL,	 /* a signal handler ran */
	ZB_WAIT_TIMEOUT, /* the deadline has passed */
};

/* Make it new with no token, for this user alone; a leftover of that name is removed. */
bool zb_semaphore_create(struct zb_semaphore *semaphore, const char *name, struct shot_error *err);

/* Open what the reader made. ENOENT, EACCES. */
bool zb_semaphore_open(struct zb_semaphore *semaphore, const char *name, struct shot_error *err);

/* A closed or zeroed one is allowed. */
void zb_semaphore_close(struct zb_semaphore *semaphore);

/* One token more; a full semaphore stays full, which says the same. */
static inline void zb_semaphore_post(struct zb_semaphore *semaphore)
{
	sem_post(semaphore->handle);
}

/* Take a token if there is one. */
static inline bool zb_semaphore_try(struct zb_semaphore *semaphore)
{
	return sem_trywait(semaphore->handle) == 0;
}

/* Take a token before `deadline` (base/clock.h). */
enum zb_wait zb_semaphore_wait(struct zb_semaphore *semaphore, int64_t deadline);

#endif
