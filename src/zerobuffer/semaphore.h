/* A named POSIX semaphore that a peer shares and may misuse: a token is a hint to look, never a
 * promise.
 *
 * Other implementations use the C library's semaphores, so this file keeps to their layout: 32
 * bytes in /dev/shm. The first 8 are one atomic word, with the value in its lower half and the
 * number of waiting threads in the upper one; the field at 8 is glibc's argument to futex(2). This
 * code does not trust that number, and does not call the C library's functions, because they end
 * the process when the number is invalid. */
#ifndef ZB_SEMAPHORE_H
#define ZB_SEMAPHORE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/segment.h"

struct zb_semaphore_file {
	uint64_t word;	/* value | waiters << 32 */
	uint32_t futex; /* ZB_SEMAPHORE_SHARED */
	uint32_t pad[5];
};

static_assert(sizeof(struct zb_semaphore_file) == 32, "the C library's size of it");

#define ZB_SEMAPHORE_SHARED 128 /* futex operations between processes, as glibc stores it */

struct zb_semaphore {
	struct shot_segment segment; /* its file can also be truncated */
	uint64_t *word;		     /* in the segment; NULL when closed */
	int looks; /* before the next sleep; less than 0: sleeps until they are worth a try again */
};

enum zb_wait {
	ZB_WAIT_TOKEN,	 /* took a token */
	ZB_WAIT_SIGNAL,	 /* a signal handler ran */
	ZB_WAIT_TIMEOUT, /* the deadline has passed, or it is time to check the peer */
};

/* The longest single wait, whatever a peer has written into the semaphore. */
#define ZB_SLICE_NS INT64_C(100000000)

/* Make a semaphore without a token, for this user alone, in the file `path`. A leftover of that
 * name is removed. */
bool zb_semaphore_create(struct zb_semaphore *semaphore, const char *path, struct shot_error *err);

/* Open the reader's semaphore. ENOENT, EACCES, ECORRUPT. */
bool zb_semaphore_open(struct zb_semaphore *semaphore, const char *path, struct shot_error *err);

/* A closed or zeroed one is allowed. */
void zb_semaphore_close(struct zb_semaphore *semaphore);

/* Add `count` tokens. A full semaphore stays full, which has the same effect. */
void zb_semaphore_post(struct zb_semaphore *semaphore, uint32_t count);

/* Take a token if there is one. */
bool zb_semaphore_try(struct zb_semaphore *semaphore);

/* Take all tokens; returns their number. */
uint32_t zb_semaphore_drain(struct zb_semaphore *semaphore);

/* Whether threads wait in it, according to its file. */
static inline bool zb_semaphore_has_waiters(const struct zb_semaphore *semaphore)
{
	return __atomic_load_n(semaphore->word, __ATOMIC_RELAXED) >> 32;
}

/* Wake every waiting thread, without tokens. */
void zb_semaphore_wake(struct zb_semaphore *semaphore);

/* Take a token before `deadline` (base/clock.h), waiting for at most ZB_SLICE_NS. */
enum zb_wait zb_semaphore_wait(struct zb_semaphore *semaphore, int64_t deadline);

#endif
