/* Row 8, a floor: the least that a ring of frames can be, between two threads of one process:
 * 8_bare FRAME RING. The writer copies frames of FRAME bytes into RING bytes; the reader reads both
 * ends of each in place. */
#include <stdatomic.h>
#include <string.h>

#include "pair.h"

struct ring {
	_Alignas(64) _Atomic uint64_t written;
	_Alignas(64) _Atomic uint64_t released;
	_Alignas(64) uint8_t *data;
	size_t frame, slots;
	uint8_t *source;
	struct pair pair;
};

static void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#endif
}

static int64_t consume(void *context, long count)
{
	struct ring *ring = context;
	uint64_t at = atomic_load_explicit(&ring->released, memory_order_relaxed);
	uint64_t written = at, end = at + (uint64_t)count;
	uint64_t seen = 0;
	for (; at < end; at++) {
		while (written == at) {
			relax();
			written = atomic_load_explicit(&ring->written, memory_order_acquire);
		}
		const uint8_t *frame = ring->data + at % ring->slots * ring->frame;
		seen += frame[0] + frame[ring->frame - 1];
		atomic_store_explicit(&ring->released, at + 1, memory_order_release);
	}
	return (int64_t)seen;
}

static int64_t work(void *context, long count)
{
	struct ring *ring = context;
	uint64_t at = atomic_load_explicit(&ring->written, memory_order_relaxed);
	uint64_t released = atomic_load_explicit(&ring->released, memory_order_relaxed);
	uint64_t end = at + (uint64_t)count;
	pair_begin(&ring->pair, count);
	for (; at < end; at++) {
		while (at - released == ring->slots) {
			relax();
			released = atomic_load_explicit(&ring->released, memory_order_acquire);
		}
		memcpy(ring->data + at % ring->slots * ring->frame, ring->source, ring->frame);
		atomic_store_explicit(&ring->written, at + 1, memory_order_release);
	}
	pair_end(&ring->pair);
	return -1;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		bench_die("usage: 8_bare FRAME RING");
	}
	struct ring *ring = aligned_alloc(64, sizeof(*ring));
	memset(ring, 0, sizeof(*ring));
	ring->frame = strtoul(argv[1], NULL, 10);
	ring->slots = strtoul(argv[2], NULL, 10) / ring->frame;
	ring->data = malloc(ring->slots * ring->frame);
	ring->source = malloc(ring->frame);
	memset(ring->source, 1, ring->frame);
	memset(ring->data, 2, ring->slots * ring->frame);
	ring->pair = (struct pair){.partner = consume, .context = ring};
	pair_start(&ring->pair, PAIR_THREAD);
	return bench_serve("bare ring, two threads", work, ring);
}
