/* What rows 8 and 9 need of luashot's rings: names of their own, patience, and failing aloud. */
#ifndef BENCH_RING_H
#define BENCH_RING_H

#include "base/clock.h"
#include "pair.h"
#include "zerobuffer/reader.h"
#include "zerobuffer/writer.h"

#define RING_PATIENCE 10.0 /* seconds */

struct ring_name {
	char text[128];
};

/* Called before the partner is forked, so that both have it. */
static inline struct ring_name ring_name(const char *way)
{
	struct ring_name name;
	const char *prefix = getenv("LUASHOT_BENCH_NAME");
	snprintf(name.text, sizeof(name.text), "%s-%d-%s", prefix ? prefix : "luashot-bench",
		(int)getpid(), way);
	return name;
}

static inline struct zb_reader *ring_reader(const struct ring_name *name, uint64_t size)
{
	struct shot_error err;
	struct zb_config config = {.metadata_size = 1024, .payload_size = size};
	struct zb_reader *reader = zb_reader_create(name->text, &config, &err);
	return reader ? reader : (bench_die("%s", err.message), NULL);
}

static inline struct zb_writer *ring_writer(const struct ring_name *name)
{
	struct shot_error err;
	struct zb_writer *writer = zb_writer_create(name->text, &err);
	return writer ? writer : (bench_die("%s", err.message), NULL);
}

/* Both try without a look at the clock first, as the binding does. */
static inline struct zb_item *ring_read(struct zb_reader *reader)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(reader, 0, &err);
	if (!item) {
		item = zb_reader_read(reader, shot_deadline_in(RING_PATIENCE), &err);
	}
	return item ? item : (bench_die("%s", err.message), NULL);
}

static inline void ring_write(struct zb_writer *writer, const void *data, size_t size)
{
	struct shot_error err;
	if (!zb_writer_write(writer, data, size, 0, NULL, &err) &&
		!zb_writer_write(writer, data, size, shot_deadline_in(RING_PATIENCE), NULL, &err)) {
		bench_die("%s", err.message);
	}
}

#endif
