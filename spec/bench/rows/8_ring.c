/* Row 8, luashot's ring in C, between two processes: 8_ring FRAME RING [reserve]. The writer copies
 * frames of FRAME bytes into it, or with "reserve" only reserves and commits them; the reader reads
 * both ends of each in place. */
#include <string.h>

#include "ring.h"

struct stream {
	struct ring_name name;
	uint64_t frame, ring;
	uint8_t *source;
	struct zb_reader *reader; /* the partner's */
	struct zb_writer *writer; /* the contender's */
	struct pair pair;
};

static int64_t consume(void *context, long count)
{
	struct stream *stream = context;
	int64_t seen = 0;
	if (!stream->reader) {
		stream->reader = ring_reader(&stream->name, stream->ring);
	}
	for (long i = 0; i < count; i++) {
		struct zb_item *item = ring_read(stream->reader);
		seen += item->data[0] + item->data[item->size - 1];
		shot_owner_unref(&item->owner);
	}
	return seen;
}

static void finish(void *context)
{
	zb_reader_destroy(((struct stream *)context)->reader);
}

static int64_t copy(void *context, long count)
{
	struct stream *stream = context;
	pair_begin(&stream->pair, count);
	for (long i = 0; i < count; i++) {
		ring_write(stream->writer, stream->source, stream->frame);
	}
	pair_end(&stream->pair);
	return -1;
}

static int64_t reserve(void *context, long count)
{
	struct stream *stream = context;
	pair_begin(&stream->pair, count);
	for (long i = 0; i < count; i++) {
		struct shot_error err;
		struct zb_reservation *place = zb_writer_reserve(
			stream->writer, stream->frame, 4, shot_deadline_in(RING_PATIENCE), &err);
		if (!place || !zb_reservation_commit(place, NULL, &err)) {
			bench_die("%s", err.message);
		}
		shot_owner_unref(&place->owner);
	}
	pair_end(&stream->pair);
	return -1;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		bench_die("usage: 8_ring FRAME RING [reserve]");
	}
	struct stream stream = {
		.name = ring_name("stream"),
		.frame = strtoul(argv[1], NULL, 10),
		.ring = strtoul(argv[2], NULL, 10),
		.pair = {.partner = consume, .finish = finish, .context = &stream},
	};
	stream.source = malloc(stream.frame);
	memset(stream.source, 1, stream.frame);
	pair_start(&stream.pair, PAIR_PROCESS);
	pair_begin(&stream.pair, 0); /* the ring is there when this is answered */
	pair_end(&stream.pair);
	stream.writer = ring_writer(&stream.name);
	int status = argc > 3 ? bench_serve("luashot, C, reserve + commit", reserve, &stream)
			      : bench_serve("luashot, C", copy, &stream);
	zb_writer_destroy(stream.writer);
	return status;
}
