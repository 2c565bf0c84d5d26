/* Row 9, the floor: two pinned processes that wake each other with a futex, nothing else:
 * 9_futex oneway|roundtrip. */
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "latency.h"
#include "pair.h"

struct shared {
	_Alignas(64) _Atomic uint32_t there, back; /* words to wait on */
	_Alignas(64) int64_t sent;		   /* when `there` was set last */
};

struct futexes {
	struct shared *shared;
	struct pair pair;
};

static void wake(_Atomic uint32_t *word)
{
	atomic_fetch_add_explicit(word, 1, memory_order_release);
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Wait until the word is no longer `old`. */
static void wait_past(_Atomic uint32_t *word, uint32_t old)
{
	while (atomic_load_explicit(word, memory_order_acquire) == old) {
		syscall(SYS_futex, word, FUTEX_WAIT, old, NULL, NULL, 0);
	}
}

/* What the times from set to seen amount to. */
static int64_t receive(void *context, long count)
{
	struct futexes *futexes = context;
	int64_t latencies[LATENCY_TURN];
	uint32_t seen = atomic_load(&futexes->shared->back);
	for (long i = 0; i < count; i++, seen++) {
		wait_past(&futexes->shared->there, seen);
		latencies[i] = bench_ns() - futexes->shared->sent;
		wake(&futexes->shared->back);
	}
	return latency_typical(latencies, count);
}

static int64_t one_way(void *context, long count)
{
	struct futexes *futexes = context;
	uint32_t seen = atomic_load(&futexes->shared->back);
	pair_begin(&futexes->pair, count);
	for (long i = 0; i < count; i++, seen++) {
		latency_pause();
		futexes->shared->sent = bench_ns();
		wake(&futexes->shared->there);
		wait_past(&futexes->shared->back, seen);
	}
	return pair_end(&futexes->pair);
}

static int64_t round_trip(void *context, long count)
{
	struct futexes *futexes = context;
	uint32_t seen = atomic_load(&futexes->shared->back);
	pair_begin(&futexes->pair, count);
	for (long i = 0; i < count; i++, seen++) {
		wake(&futexes->shared->there);
		wait_past(&futexes->shared->back, seen);
	}
	pair_end(&futexes->pair);
	return -1;
}

int main(int argc, char **argv)
{
	struct futexes futexes = {.pair = {.partner = receive, .context = &futexes}};
	if (argc != 2) {
		bench_die("usage: 9_futex oneway|roundtrip");
	}
	futexes.shared = mmap(NULL, sizeof(*futexes.shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (futexes.shared == MAP_FAILED) {
		bench_die("no memory");
	}
	pair_start(&futexes.pair, PAIR_PROCESS);
	return bench_serve(
		"futex wake-up", strcmp(argv[1], "oneway") == 0 ? one_way : round_trip, &futexes);
}
