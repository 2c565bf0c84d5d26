/* A named POSIX semaphore that a peer shares and may misuse: a token is a hint to look, never a
 * promise.
 *
 * Other implementations use those of the C library, so this keeps to the layout of its file: 32
 * bytes in /dev/shm, of which the first 8 are one atomic word, the value below and the number of
 * waiting threads above; at 8 lies what glibc passes to futex(2). That number is not believed, and
 * the C library's own functions are not called, because they end the process when it makes no
 * sense. */
#ifndef ZB_SEMAPHORE_H
#define ZB_SEMAPHORE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/segment.h"

/* A 32-bit C library has another layout. */
static_assert(sizeof(size_t) == 8, "rings need a 64-bit system, as their peers do");

struct zb_semaphore_file {
	uint64_t word;	/* value | waiters << 32 */
	uint32_t futex; /* ZB_SEMAPHORE_SHARED */
	uint32_t pad[5];
};

static_assert(sizeof(struct zb_semaphore_file) == 32, "the C library's size of it");

#define ZB_SEMAPHORE_SHARED 128 /* futex operations between processes, as glibc stores it */

struct zb_semaphore {
	struct shot_segment segment; /* its file can be truncated too */
	uint64_t *word;		     /* in the segment; NULL when closed */
};

enum zb_wait {
	ZB_WAIT_TOKEN,	 /* took one */
	ZB_WAIT_SIGNAL,	 /* a signal handler ran */
	ZB_WAIT_TIMEOUT, /* the deadline has passed, or it is time to look whether all is well */
};

/* No single wait is longer, whatever a peer has written into the semaphore. */
#define ZB_SLICE_NS INT64_C(100000000)

/* Make it new with no token, for this user alone, in the file `path`; a leftover of that name is
 * removed. */
bool zb_semaphore_create(struct zb_semaphore *semaphore, const char *path, struct shot_error *err);

/* Open what the reader made. ENOENT, EACCES, ECORRUPT. */
bool zb_semaphore_open(struct zb_semaphore *semaphore, const char *path, struct shot_error *err);

/* A closed or zeroed one is allowed. */
void zb_semaphore_close(struct zb_semaphore *semaphore);

/* `count` tokens more; a full semaphore stays full, which says the same. */
void zb_semaphore_post(struct zb_semaphore *semaphore, uint32_t count);

/* Take a token if there is one. */
bool zb_semaphore_try(struct zb_semaphore *semaphore);

/* Take all tokens that are there; returns their number. */
uint32_t zb_semaphore_drain(struct zb_semaphore *semaphore);

/* Whether threads wait in it, as far as its file says. */
static inline bool zb_semaphore_has_waiters(const struct zb_semaphore *semaphore)
{
	return __atomic_load_n(semaphore->word, __ATOMIC_RELAXED) >> 32;
}

/* Wake every thread that waits; none takes a token for it. */
void zb_semaphore_wake(struct zb_semaphore *semaphore);

/* Take a token before `deadline` (base/clock.h), waiting for at most ZB_SLICE_NS. */
enum zb_wait zb_semaphore_wait(struct zb_semaphore *semaphore, int64_t deadline);

#endif
