/* Row 8, what the protocol itself costs: 8_bare's ring with the two semaphores and the shared count
 * of free bytes that the protocol asks for, and nothing else of it: 8_semaphores FRAME RING. */
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

#include "pair.h"

struct ring {
	_Alignas(64) sem_t data;
	_Alignas(64) sem_t space;
	_Alignas(64) _Atomic uint64_t vacant; /* bytes */
	_Alignas(64) uint8_t *bytes;
	size_t frame, slots;
	uint64_t written, read; /* frames: the writer's, the reader's */
	uint8_t *source;
	struct pair pair;
};

static int64_t consume(void *context, long count)
{
	struct ring *ring = context;
	int64_t seen = 0;
	for (long i = 0; i < count; i++) {
		while (sem_wait(&ring->data) < 0) {
		}
		const uint8_t *frame = ring->bytes + ring->read++ % ring->slots * ring->frame;
		seen += frame[0] + frame[ring->frame - 1];
		atomic_fetch_add_explicit(&ring->vacant, ring->frame, memory_order_acq_rel);
		sem_post(&ring->space);
	}
	return seen;
}

static int64_t work(void *context, long count)
{
	struct ring *ring = context;
	pair_begin(&ring->pair, count);
	for (long i = 0; i < count; i++) {
		while (atomic_load_explicit(&ring->vacant, memory_order_acquire) < ring->frame) {
			sem_wait(&ring->space);
		}
		memcpy(ring->bytes + ring->written++ % ring->slots * ring->frame, ring->source,
			ring->frame);
		atomic_fetch_sub_explicit(&ring->vacant, ring->frame, memory_order_acq_rel);
		sem_post(&ring->data);
	}
	pair_end(&ring->pair);
	return -1;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		bench_die("usage: 8_semaphores FRAME RING");
	}
	struct ring *ring = aligned_alloc(64, sizeof(*ring));
	memset(ring, 0, sizeof(*ring));
	ring->frame = strtoul(argv[1], NULL, 10);
	ring->slots = strtoul(argv[2], NULL, 10) / ring->frame;
	ring->bytes = malloc(ring->slots * ring->frame);
	ring->source = malloc(ring->frame);
	memset(ring->source, 1, ring->frame);
	memset(ring->bytes, 2, ring->slots * ring->frame);
	atomic_init(&ring->vacant, ring->slots * ring->frame);
	sem_init(&ring->data, 0, 0);
	sem_init(&ring->space, 0, 0);
	ring->pair = (struct pair){.partner = consume, .context = ring};
	pair_start(&ring->pair, PAIR_THREAD);
	return bench_serve("bare ring with the protocol's semaphores", work, ring);
}
