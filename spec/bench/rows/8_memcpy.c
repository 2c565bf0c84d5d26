/* Row 8, the other floor: copy frames of FRAME bytes round RING bytes of shared memory, and tell
 * nobody: 8_memcpy FRAME RING. */
#include <string.h>
#include <sys/mman.h>

#include "pair.h"

struct ring {
	uint8_t *data, *source;
	size_t frame, slots, next;
};

static int64_t work(void *context, long count)
{
	struct ring *ring = context;
	for (long i = 0; i < count; i++) {
		memcpy(ring->data + ring->next * ring->frame, ring->source, ring->frame);
		ring->next = (ring->next + 1) % ring->slots;
		__asm__ volatile("" : : "r"(ring->data) : "memory"); /* somebody reads it */
	}
	return -1;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		bench_die("usage: 8_memcpy FRAME RING");
	}
	struct ring ring = {.frame = strtoul(argv[1], NULL, 10)};
	ring.slots = strtoul(argv[2], NULL, 10) / ring.frame;
	ring.data = mmap(NULL, ring.slots * ring.frame, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ring.source = malloc(ring.frame);
	if (ring.data == MAP_FAILED || !ring.source) {
		bench_die("no memory");
	}
	memset(ring.source, 1, ring.frame);
	memset(ring.data, 2, ring.slots * ring.frame);
	cpu_set_t allowed;
	sched_getaffinity(0, sizeof(allowed), &allowed);
	pair_pin(&allowed, 0);
	return bench_serve("memcpy to shared memory", work, &ring);
}
