#include "zerobuffer/semaphore.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "zerobuffer/shm.h"

#define LABEL "the semaphore"
#define VALUE UINT32_MAX	   /* the part of the word that is the value */
#define WAITER (UINT64_C(1) << 32) /* one waiting thread */
#define MOST ((uint32_t)INT32_MAX) /* tokens; the C library's SEM_VALUE_MAX */

/* In a stream the next token comes sooner than a sleep ends. So a wait looks LOOKS times before it
 * sleeps, RELAXES apart (microseconds): a look takes the memory away from the processor that posts.
 * When looks were in vain, the next wait takes fewer, then none; after SLEEPS sleeps it tries
 * again.
 */
#define LOOKS 8
#define RELAXES 128
#define SLEEPS 16

static bool map(struct zb_semaphore *semaphore, int fd, struct shot_error *err)
{
	if (!shot_segment_map(&semaphore->segment, fd, sizeof(struct zb_semaphore_file), err)) {
		return false;
	}
	semaphore->word = &((struct zb_semaphore_file *)semaphore->segment.data)->word;
	semaphore->looks = LOOKS;
	return true;
}

bool zb_semaphore_create(struct zb_semaphore *semaphore, const char *path, struct shot_error *err)
{
	*semaphore = (struct zb_semaphore){0};
	int fd = zb_shm_make(sizeof(struct zb_semaphore_file), LABEL, path, err);
	if (fd < 0) {
		return false;
	}
	bool ok = map(semaphore, fd, err);
	if (ok) {
		*(struct zb_semaphore_file *)semaphore->segment.data =
			(struct zb_semaphore_file){.futex = ZB_SEMAPHORE_SHARED};
		unlink(path);
		ok = zb_shm_name(fd, path, LABEL, path, err);
	}
	close(fd);
	if (!ok) {
		zb_semaphore_close(semaphore);
	}
	return ok;
}

bool zb_semaphore_open(struct zb_semaphore *semaphore, const char *path, struct shot_error *err)
{
	struct stat status;
	*semaphore = (struct zb_semaphore){0};
	int fd = zb_shm_open(path, O_RDWR, &status, LABEL, path, err);
	if (fd < 0) {
		return false;
	}
	bool ok = (uint64_t)status.st_size >= sizeof(struct zb_semaphore_file) ||
		  shot_fail(err, "ECORRUPT", "%s has %lld bytes, a semaphore has %zu", path,
			  (long long)status.st_size, sizeof(struct zb_semaphore_file));
	ok = ok && map(semaphore, fd, err);
	close(fd);
	return ok;
}

void zb_semaphore_close(struct zb_semaphore *semaphore)
{
	shot_segment_finish(&semaphore->segment);
	*semaphore = (struct zb_semaphore){0};
}

/* Where a pointer has 32 bits, a time has 64 or 32, and the kernel has a call for each. */
#ifdef SYS_futex_time64
#define FUTEX (sizeof(time_t) > sizeof(long) ? SYS_futex_time64 : SYS_futex)
#else
#define FUTEX SYS_futex
#endif

/* The value is the half of the word at its own address. */
static long futex(const uint64_t *word, int operation, uint32_t value, const struct timespec *end)
{
	return syscall(
		FUTEX, (const uint32_t *)word, operation, value, end, NULL, FUTEX_BITSET_MATCH_ANY);
}

void zb_semaphore_post(struct zb_semaphore *semaphore, uint32_t count)
{
	/* One step, without a look at the value before: a look would fetch the memory twice. */
	uint64_t more = count < MOST ? count : MOST;
	uint64_t word = __atomic_fetch_add(semaphore->word, more, __ATOMIC_RELEASE);
	uint64_t value = (uint32_t)word + more;
	if (value > MOST) {
		__atomic_fetch_sub(semaphore->word, value - MOST, __ATOMIC_RELAXED);
	}
	if (word >= WAITER) {
		futex(semaphore->word, FUTEX_WAKE, count < INT_MAX ? count : INT_MAX, NULL);
	}
}

bool zb_semaphore_try(struct zb_semaphore *semaphore)
{
	uint64_t word = __atomic_load_n(semaphore->word, __ATOMIC_RELAXED);
	while ((uint32_t)word > 0) {
		if (__atomic_compare_exchange_n(semaphore->word, &word, word - 1, true,
			    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
			return true;
		}
	}
	return false;
}

uint32_t zb_semaphore_drain(struct zb_semaphore *semaphore)
{
	if ((uint32_t)__atomic_load_n(semaphore->word, __ATOMIC_RELAXED) == 0) {
		return 0;
	}
	return (uint32_t)__atomic_fetch_and(semaphore->word, ~(uint64_t)VALUE, __ATOMIC_ACQUIRE);
}

void zb_semaphore_wake(struct zb_semaphore *semaphore)
{
	futex(semaphore->word, FUTEX_WAKE, INT_MAX, NULL);
}

static void relax(void)
{
	for (int i = 0; i < RELAXES; i++) {
#if defined(__x86_64__)
		__builtin_ia32_pause();
#elif defined(__aarch64__)
		__asm__ volatile("isb");
#endif
	}
}

static bool look_before_sleep(struct zb_semaphore *semaphore)
{
	int looks = __atomic_load_n(&semaphore->looks, __ATOMIC_RELAXED), next = looks + 1;
	bool taken = false;
	if (looks >= 0) {
		for (int i = 0; i < looks && !taken; i++) {
			relax();
			taken = zb_semaphore_try(semaphore);
		}
		next = taken ? LOOKS : (looks > 0 ? looks / 2 : -SLEEPS);
	} else if (next == 0) {
		next = LOOKS;
	}
	__atomic_store_n(&semaphore->looks, next, __ATOMIC_RELAXED);
	return taken;
}

enum zb_wait zb_semaphore_wait(struct zb_semaphore *semaphore, int64_t deadline)
{
	if (look_before_sleep(semaphore)) {
		return ZB_WAIT_TOKEN;
	}
	int64_t slice = shot_clock_ns() + ZB_SLICE_NS;
	int64_t end = deadline < slice ? deadline : slice;
	const struct timespec until = {end / SHOT_NS_PER_S, end % SHOT_NS_PER_S};
	enum zb_wait wait = ZB_WAIT_TIMEOUT;
	/* A post wakes only threads that are counted. */
	__atomic_fetch_add(semaphore->word, WAITER, __ATOMIC_RELAXED);
	do {
		if (zb_semaphore_try(semaphore)) {
			wait = ZB_WAIT_TOKEN;
			break;
		}
		if (futex(semaphore->word, FUTEX_WAIT_BITSET, 0, &until) == 0) {
			wait = zb_semaphore_try(semaphore) ? ZB_WAIT_TOKEN : ZB_WAIT_TIMEOUT;
			break;
		}
		if (errno == EINTR) {
			wait = ZB_WAIT_SIGNAL;
			break;
		}
	} while (shot_clock_ns() < end);
	__atomic_fetch_sub(semaphore->word, WAITER, __ATOMIC_RELAXED);
	return wait;
}
