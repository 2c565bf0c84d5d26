/* Row 9, luashot's ring in C, between two processes that block: 9_ring oneway|roundtrip. */
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "latency.h"
#include "ring.h"

enum { RING = 1 << 16, FRAME = 64 };

struct rings {
	struct ring_name there, back;
	bool echo;
	_Atomic int64_t
		*received; /* messages in all, shared: one way, the next waits for the last */
	int64_t sent;
	struct zb_reader *reader; /* of what comes to this side */
	struct zb_writer *writer; /* to the other */
	struct pair pair;
};

/* What the times from sent to received amount to. */
static int64_t receive(void *context, long count)
{
	struct rings *rings = context;
	int64_t latencies[LATENCY_TURN];
	if (!rings->writer && rings->echo) {
		rings->writer = ring_writer(&rings->back);
	}
	if (count == 0) {
		rings->reader = ring_reader(&rings->there, RING);
	}
	for (long i = 0; i < count; i++) {
		struct zb_item *item = ring_read(rings->reader);
		int64_t sent;
		memcpy(&sent, item->data, sizeof(sent));
		latencies[i] = bench_ns() - sent;
		shot_owner_unref(&item->owner);
		atomic_fetch_add(rings->received, 1);
		if (rings->echo) {
			ring_write(rings->writer, (uint8_t[FRAME]){0}, FRAME);
		}
	}
	return latency_typical(latencies, count);
}

static void finish(void *context)
{
	struct rings *rings = context;
	zb_writer_destroy(rings->writer);
	zb_reader_destroy(rings->reader);
}

static int64_t work(void *context, long count)
{
	struct rings *rings = context;
	pair_begin(&rings->pair, count);
	for (long i = 0; i < count; i++) {
		uint8_t frame[FRAME] = {0};
		if (!rings->echo) {
			while (atomic_load(rings->received) < rings->sent) {
			}
			latency_pause();
		}
		rings->sent++;
		memcpy(frame, &(int64_t){bench_ns()}, sizeof(int64_t));
		ring_write(rings->writer, frame, FRAME);
		if (rings->echo) {
			shot_owner_unref(&ring_read(rings->reader)->owner);
		}
	}
	int64_t total = pair_end(&rings->pair);
	return rings->echo ? -1 : total;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		bench_die("usage: 9_ring oneway|roundtrip");
	}
	struct rings rings = {
		.there = ring_name("there"),
		.back = ring_name("back"),
		.echo = strcmp(argv[1], "roundtrip") == 0,
		.pair = {.partner = receive, .finish = finish, .context = &rings},
	};
	rings.received = mmap(NULL, sizeof(*rings.received), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (rings.received == MAP_FAILED) {
		bench_die("no memory");
	}
	pair_start(&rings.pair, PAIR_PROCESS);
	if (rings.echo) {
		rings.reader = ring_reader(&rings.back, RING);
	}
	pair_begin(&rings.pair, 0); /* the ring is there when this is answered */
	pair_end(&rings.pair);
	rings.writer = ring_writer(&rings.there);
	int status = bench_serve("luashot, C", work, &rings);
	finish(&rings);
	return status;
}
