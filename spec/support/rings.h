/* Rings for the tests of C, included behind cmocka.h: names that nobody else has, sides that fail
 * the test when they cannot be made, and a ring with what a peer sees of it. */
#ifndef SPEC_RINGS_H
#define SPEC_RINGS_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zerobuffer/layout.h"
#include "zerobuffer/name.h"
#include "zerobuffer/reader.h"
#include "zerobuffer/shm.h"
#include "zerobuffer/writer.h"

/* Valid until the next call. */
static inline const char *fresh_name(void)
{
	static char name[64];
	static int count;
	snprintf(name, sizeof name, "luashot-spec-%d-%d", getpid(), ++count);
	return name;
}

static inline struct zb_reader *make_reader(const char *name, uint64_t payload)
{
	struct shot_error err;
	struct zb_reader *reader = zb_reader_create(name, &(struct zb_config){1024, payload}, &err);
	if (!reader) {
		fail_msg("%s: %s", err.code, err.message);
	}
	return reader;
}

static inline struct zb_writer *make_writer(const char *name)
{
	struct shot_error err;
	struct zb_writer *writer = zb_writer_create(name, &err);
	if (!writer) {
		fail_msg("%s: %s", err.code, err.message);
	}
	return writer;
}

/* What a peer has of a ring. */
struct shared {
	struct zb_name names;
	struct zb_oieb *oieb;
	uint8_t *data; /* the ring itself */
	size_t size;   /* of all */
};

static inline void map_shared(struct shared *shared, const char *name)
{
	struct shot_error err;
	struct stat status;
	assert_true(zb_name_init(&shared->names, name, &err));
	int fd = zb_shm_open(shared->names.object, O_RDWR, &status, "the ring", name, &err);
	assert_true(fd >= 0);
	shared->size = (size_t)status.st_size;
	shared->oieb = mmap(NULL, shared->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	assert_ptr_not_equal(shared->oieb, MAP_FAILED);
	shared->data = (uint8_t *)(shared->oieb + 1) + shared->oieb->metadata_size;
}

static inline void unmap_shared(struct shared *shared)
{
	munmap(shared->oieb, shared->size);
}

/* A ring of RING bytes with its reader: setup and teardown of a test. */
#define RING 1024

struct ring_scene {
	struct zb_reader *reader;
	struct shared shared;
};

static inline int open_ring(void **state)
{
	static struct ring_scene scene;
	const char *name = fresh_name();
	scene.reader = make_reader(name, RING);
	map_shared(&scene.shared, name);
	*state = &scene;
	return 0;
}

static inline int close_ring(void **state)
{
	struct ring_scene *scene = *state;
	unmap_shared(&scene->shared);
	zb_reader_destroy(scene->reader);
	return 0;
}

static inline struct zb_writer *attach_to(const struct ring_scene *scene)
{
	return make_writer(scene->shared.names.text);
}

/* Write a frame of zeros; false when there is no room. */
static inline bool put_zeros(struct zb_writer *writer, size_t size)
{
	static const uint8_t data[RING];
	struct shot_error err;
	bool ok = zb_writer_write(writer, data, size, 0, NULL, &err);
	assert_true(ok || strcmp(err.code, "EBUFFERFULL") == 0);
	return ok;
}

/* Read a frame, which must be there. */
static inline struct zb_item *take_from(const struct ring_scene *scene)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(scene->reader, 0, &err);
	if (!item) {
		fail_msg("%s: %s", err.code, err.message);
	}
	return item;
}

#endif
