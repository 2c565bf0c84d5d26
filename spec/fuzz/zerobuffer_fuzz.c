/* A hostile peer: the input becomes the shared memory of a ring, all of it, while a reader and a
 * writer are attached to it, or before a writer attaches. Nothing may crash, read outside of the
 * mapping, or go on for ever. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "zerobuffer/name.h"
#include "zerobuffer/reader.h"
#include "zerobuffer/semaphore.h"
#include "zerobuffer/stat.h"
#include "zerobuffer/writer.h"

#define METADATA 64
#define PAYLOAD 512
#define OBJECT (128 + METADATA + PAYLOAD)

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static char name[64];
static volatile uint64_t sink;

/* What a peer sees of the ring. */
struct peer {
	uint8_t *memory;
	struct zb_semaphore data;
};

static void open_peer(struct peer *peer)
{
	char path[sizeof name + sizeof ZB_SHM_FOLDER "/"],
		semaphore[sizeof name + sizeof ZB_SHM_FOLDER "/sem.sem-w-"];
	snprintf(path, sizeof path, ZB_SHM_FOLDER "/%s", name);
	snprintf(semaphore, sizeof semaphore, ZB_SHM_FOLDER "/sem.sem-w-%s", name);
	struct shot_error err;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	peer->memory = mmap(NULL, OBJECT, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (peer->memory == MAP_FAILED || !zb_semaphore_open(&peer->data, semaphore, &err)) {
		abort();
	}
}

static void close_peer(struct peer *peer)
{
	munmap(peer->memory, OBJECT);
	zb_semaphore_close(&peer->data);
}

static void touch(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		sink += data[i];
	}
}

/* Read what is there, holding two items at a time. */
static void read_all(struct zb_reader *reader)
{
	struct shot_error err;
	const uint8_t *data;
	size_t size;
	if (zb_reader_metadata(reader, &data, &size, &err)) {
		touch(data, size);
	}
	struct zb_item *held[2] = {0};
	for (int i = 0; i < 8; i++) {
		struct zb_item *item = zb_reader_read(reader, 0, &err);
		if (item) {
			touch(item->data, item->size);
			shot_owner_unref(held[i % 2] ? &held[i % 2]->owner : NULL);
			held[i % 2] = item;
		}
	}
	for (int i = 1; i >= 0; i--) {
		shot_owner_unref(held[i] ? &held[i]->owner : NULL);
	}
}

static void write_some(struct zb_writer *writer)
{
	static const uint16_t sizes[] = {1, 100, 17, 300, PAYLOAD - 16, 48};
	uint8_t data[PAYLOAD] = {0};
	struct shot_error err;
	zb_writer_set_metadata(writer, data, 10, &err);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		zb_writer_write(writer, data, sizes[i], 0, NULL, &err);
		struct zb_reservation *place =
			zb_writer_reserve(writer, sizes[i], 1 << i % 5, 0, &err);
		if (place) {
			memset(place->data, 1, place->size);
			zb_reservation_commit(place, NULL, &err);
			shot_owner_unref(&place->owner);
		}
	}
}

/* Let the input be the memory. What it says of processes is mostly made true, or the calls would
 * end there: these numbers have tests of their own. */
static void scribble(struct peer *peer, const uint8_t *input, size_t size, uint8_t flags)
{
	struct zb_oieb *oieb = (struct zb_oieb *)peer->memory;
	uint64_t writer = oieb->writer_pid, reader = oieb->reader_pid;
	memcpy(peer->memory, input, size < OBJECT ? size : OBJECT);
	if (!(flags & 8)) {
		oieb->writer_pid = writer;
		oieb->reader_pid = reader;
	}
	zb_semaphore_post(&peer->data, 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	if (size < 2) {
		return 0;
	}
	/* The first byte says in which order; the second how much is written before. */
	uint8_t flags = input[0], before = input[1] % 4;
	struct shot_error err;
	snprintf(name, sizeof name, "luashot-fuzz-%d", getpid());
	struct zb_reader *reader =
		zb_reader_create(name, &(struct zb_config){METADATA, PAYLOAD}, &err);
	if (!reader) {
		abort();
	}
	struct peer peer;
	open_peer(&peer);
	struct zb_writer *writer = NULL;
	if (flags & 1) {
		writer = zb_writer_create(name, &err);
		for (int i = 0; i < before; i++) {
			zb_writer_write(writer, "some bytes", 10, 0, NULL, &err);
		}
	}
	if (flags & 2) {
		read_all(reader);
	}
	scribble(&peer, input + 2, size - 2, flags);
	struct zb_stat stat;
	zb_stat(name, &stat, &err);
	if (!writer) {
		writer = zb_writer_create(name, &err);
	}
	read_all(reader);
	if (writer) {
		write_some(writer);
		read_all(reader);
	}
	if (flags & 4) {
		zb_writer_destroy(writer);
		zb_reader_destroy(reader);
	} else {
		zb_reader_destroy(reader);
		zb_writer_destroy(writer);
	}
	close_peer(&peer);
	return 0;
}
