/* Reader and writer together: in one thread, in threads, and in processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "support/rings.h"
#include "zerobuffer/name.h"
#include "zerobuffer/semaphore.h"
#include "zerobuffer/stat.h"

#define PATIENCE 20.0 /* seconds before a wait counts as stuck */

#define PATTERN_PERIOD 65521 /* a prime, so that no two neighbors begin alike */

static uint8_t *pattern; /* as long as the largest frame and one period */

static int make_pattern(void **state)
{
	(void)state;
	size_t size = (64 << 20) + PATTERN_PERIOD;
	pattern = malloc(size);
	for (size_t i = 0; i < size; i++) {
		pattern[i] = (uint8_t)(i * 7 + (i >> 8) * 31);
	}
	return 0;
}

static int free_pattern(void **state)
{
	(void)state;
	free(pattern);
	return 0;
}

static const uint8_t *content(uint64_t sequence)
{
	return pattern + sequence * 37 % PATTERN_PERIOD;
}

static void put(struct zb_writer *writer, uint64_t size, uint64_t sequence)
{
	struct shot_error err;
	uint64_t got = 0;
	if (!zb_writer_write(
		    writer, content(sequence), size, shot_deadline_in(PATIENCE), &got, &err)) {
		fail_msg("%s: %s", err.code, err.message);
	}
	assert_int_equal(got, sequence);
}

static void check_item(const struct zb_item *item, uint64_t size)
{
	assert_int_equal(item->size, size);
	if (memcmp(item->data, content(item->sequence), size) != 0) {
		fail_msg("frame %llu is torn", (unsigned long long)item->sequence);
	}
}

static struct zb_item *get(struct zb_reader *reader)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(reader, shot_deadline_in(PATIENCE), &err);
	if (!item) {
		fail_msg("%s: %s", err.code, err.message);
	}
	return item;
}

static void get_and_check(struct zb_reader *reader, uint64_t size, uint64_t sequence)
{
	struct zb_item *item = get(reader);
	assert_int_equal(item->sequence, sequence);
	check_item(item, size);
	shot_owner_unref(&item->owner);
}

static void expect_read(struct zb_reader *reader, const char *code)
{
	struct shot_error err;
	assert_null(zb_reader_read(reader, shot_clock_ns(), &err));
	assert_string_equal(err.code, code);
}

static void expect_write(struct zb_writer *writer, uint64_t size, const char *code)
{
	struct shot_error err;
	void *data = calloc(1, size + 1);
	assert_false(zb_writer_write(writer, data, size, shot_clock_ns(), NULL, &err));
	assert_string_equal(err.code, code);
	free(data);
}

static uint64_t free_bytes(const char *name)
{
	struct zb_stat stat;
	struct shot_error err;
	assert_true(zb_stat(name, &stat, &err));
	return stat.oieb.payload_free_bytes;
}

static void test_a_frame_and_metadata(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct shot_error err;
	const uint8_t *data;
	size_t size;
	struct zb_reader *reader = make_reader(name, 1 << 20);
	assert_true(zb_reader_metadata(reader, &data, &size, &err));
	assert_null(data);
	expect_read(reader, "ETIMEDOUT");
	struct zb_writer *writer = make_writer(name);
	assert_false(zb_writer_set_metadata(writer, "", 0, &err));
	assert_string_equal(err.code, "EMETADATA");
	char large[1017] = {0};
	assert_false(zb_writer_set_metadata(writer, large, sizeof large, &err));
	assert_true(zb_writer_set_metadata(writer, large, sizeof large - 1, &err));
	assert_false(zb_writer_set_metadata(writer, "again", 5, &err));
	assert_true(zb_reader_metadata(reader, &data, &size, &err));
	assert_int_equal(size, sizeof large - 1);
	put(writer, 1024, 1);
	get_and_check(reader, 1024, 1);
	zb_writer_destroy(writer);
	expect_read(reader, "EWRITERDEAD");
	expect_read(reader, "EWRITERDEAD");
	zb_reader_forget_writer(reader);
	expect_read(reader, "ETIMEDOUT");
	zb_reader_destroy(reader);
	assert_null(zb_writer_create(name, &err));
	assert_string_equal(err.code, "ENOENT");
}

static void test_a_ring_without_metadata(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct shot_error err;
	struct zb_reader *reader = zb_reader_create(name, &(struct zb_config){0, 64}, &err);
	struct zb_writer *writer = make_writer(name);
	assert_false(zb_writer_set_metadata(writer, "x", 1, &err));
	put(writer, 48, 1);
	get_and_check(reader, 48, 1);
	expect_write(writer, 49, "EFRAMETOOLARGE");
	expect_write(writer, 0, "EFRAMESIZE");
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
}

static void test_every_size_in_the_smallest_ring(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, 64);
	struct zb_writer *writer = make_writer(name);
	uint64_t sequence = 0;
	for (uint64_t first = 1; first <= 48; first++) {
		for (uint64_t second = 1; second <= 48; second++) {
			put(writer, first, ++sequence);
			get_and_check(reader, first, sequence);
			put(writer, second, ++sequence);
			get_and_check(reader, second, sequence);
		}
	}
	assert_int_equal(free_bytes(name), 64);
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
}

static void test_frames_larger_than_half_the_ring(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, 10240);
	struct zb_writer *writer = make_writer(name);
	put(writer, 6144, 1);
	expect_write(writer, 7168, "EBUFFERFULL");
	get_and_check(reader, 6144, 1);
	put(writer, 7168, 2);
	get_and_check(reader, 7168, 2);
	put(writer, 10224, 3);
	expect_write(writer, 1, "EBUFFERFULL");
	get_and_check(reader, 10224, 3);
	put(writer, 10224, 4);
	get_and_check(reader, 10224, 4);
	expect_write(writer, 10225, "EFRAMETOOLARGE");
	assert_int_equal(free_bytes(name), 10240);
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
}

/* A reader gives a token for each frame; 2^31 of them would be more than a semaphore holds. */
static void test_tokens_do_not_pile_up(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, 1 << 20);
	struct zb_writer *writer = make_writer(name);
	struct shot_error err;
	struct zb_name names;
	struct zb_semaphore space = {0};
	assert_true(zb_name_init(&names, name, &err));
	assert_true(zb_semaphore_open(&space, names.space, &err));
	for (uint64_t i = 1; i <= 5000; i++) {
		put(writer, 10, i);
		get_and_check(reader, 10, i);
	}
	assert_in_range((uint32_t)*space.word, 0, 512);
	zb_semaphore_close(&space);
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
}

static void test_held_items_come_back_in_order(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, 1024);
	struct zb_writer *writer = make_writer(name);
	put(writer, 100, 1);
	put(writer, 200, 2);
	put(writer, 300, 3);
	struct zb_item *items[] = {get(reader), get(reader), get(reader)};
	shot_owner_unref(&items[2]->owner);
	shot_owner_unref(&items[1]->owner);
	assert_int_equal(free_bytes(name), 1024 - 648);
	expect_write(writer, 400, "EBUFFERFULL");
	check_item(items[0], 100);
	shot_owner_unref(&items[0]->owner);
	assert_int_equal(free_bytes(name), 1024);
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
}

/* The tail that a marker burned must not be given back while an older item is held. */
static void test_a_wrap_behind_a_held_item(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, 1024);
	struct zb_writer *writer = make_writer(name);
	put(writer, 384, 1);
	get_and_check(reader, 384, 1);
	put(writer, 384, 2);
	struct zb_item *held = get(reader);
	put(writer, 300, 3); /* wraps: 224 bytes of tail */
	struct zb_item *wrapped = get(reader);
	assert_int_equal(free_bytes(name), 1024 - 400 - 224 - 316);
	shot_owner_unref(&wrapped->owner);
	expect_write(writer, 200, "EBUFFERFULL");
	check_item(held, 384);
	shot_owner_unref(&held->owner);
	assert_int_equal(free_bytes(name), 1024);
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
}

static void test_an_item_outlives_its_reader(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, 1024);
	struct zb_writer *writer = make_writer(name);
	put(writer, 100, 1);
	put(writer, 200, 2);
	struct zb_item *first = get(reader), *second = get(reader);
	zb_reader_close(reader);
	zb_reader_close(reader);
	expect_read(reader, "ECLOSED");
	expect_write(writer, 10, "EREADERDEAD");
	zb_reader_destroy(reader);
	check_item(second, 200);
	shot_owner_unref(&second->owner);
	check_item(first, 100);
	shot_owner_unref(&first->owner);
	zb_writer_destroy(writer);
}

static void test_reservations(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct shot_error err;
	uint64_t sequence;
	struct zb_reader *reader = make_reader(name, 1024);
	struct zb_writer *writer = make_writer(name);
	put(writer, 1, 1);
	/* Aligned it would have to wrap onto the frame that is still there. */
	assert_null(zb_writer_reserve(writer, 100, 16, shot_clock_ns(), &err));
	assert_string_equal(err.code, "EBUFFERFULL");
	struct zb_reservation *place = zb_writer_reserve(writer, 100, 1, shot_clock_ns(), &err);
	assert_non_null(place);
	expect_write(writer, 1, "EBUSY");
	assert_null(zb_writer_reserve(writer, 1, 1, shot_clock_ns(), &err));
	assert_string_equal(err.code, "EBUSY");
	zb_reservation_abort(place);
	get_and_check(reader, 1, 1);

	/* Aborted, but somebody else is still writing there. */
	place = zb_writer_reserve(writer, 100, 16, shot_clock_ns(), &err);
	assert_int_equal(zb_reservation_offset(place) % 16, 0);
	shot_owner_ref(&place->owner);
	zb_reservation_abort(place);
	expect_write(writer, 1, "EBUSY");
	shot_owner_unref(&place->owner);

	place = zb_writer_reserve(writer, 100, 4, shot_clock_ns(), &err);
	memcpy(place->data, content(2), 100);
	expect_read(reader, "ETIMEDOUT");
	assert_true(zb_reservation_commit(place, &sequence, &err));
	assert_int_equal(sequence, 2);
	assert_false(zb_reservation_commit(place, &sequence, &err));
	assert_string_equal(err.code, "EINVAL");
	shot_owner_unref(&place->owner);
	get_and_check(reader, 100, 2);

	/* A reservation that outlives its writer keeps the ring's slot for one. */
	place = zb_writer_reserve(writer, 100, 4, shot_clock_ns(), &err);
	zb_writer_destroy(writer);
	assert_false(zb_reservation_commit(place, &sequence, &err));
	assert_string_equal(err.code, "ECLOSED");
	assert_null(zb_writer_create(name, &err));
	assert_string_equal(err.code, "EEXIST");
	shot_owner_unref(&place->owner);
	writer = make_writer(name);
	put(writer, 10, 1);
	get_and_check(reader, 10, 1);
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
}

static void test_exclusivity(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct shot_error err;
	struct zb_reader *reader = make_reader(name, 1024);
	assert_null(zb_reader_create(name, &ZB_CONFIG_DEFAULT, &err));
	assert_string_equal(err.code, "EEXIST");
	struct zb_writer *writer = make_writer(name);
	assert_null(zb_writer_create(name, &err));
	assert_string_equal(err.code, "EEXIST");
	put(writer, 10, 1);
	get_and_check(reader, 10, 1);
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
	reader = make_reader(name, 1024);
	zb_reader_destroy(reader);
}

/* Arbitrary sizes, with random holds and releases out of order. */
static uint64_t size_of_frame(uint64_t sequence, uint64_t ring)
{
	uint64_t x = sequence * UINT64_C(0x9e3779b97f4a7c15);
	x ^= x >> 29;
	return 1 + x % ((x >> 40) % 4 == 0 ? ring - 16 : ring / 3 - 16);
}

static void stream_out(const char *name, uint64_t ring, uint64_t frames)
{
	struct zb_writer *writer = make_writer(name);
	for (uint64_t sequence = 1; sequence <= frames; sequence++) {
		put(writer, size_of_frame(sequence, ring), sequence);
	}
	zb_writer_destroy(writer);
}

static void stream_in(struct zb_reader *reader, uint64_t ring, uint64_t frames)
{
	struct zb_item *held[4] = {0};
	unsigned seed = 1;
	for (uint64_t sequence = 1; sequence <= frames; sequence++) {
		struct shot_error err;
		struct zb_item *item = NULL;
		while (!item) { /* let go when the writer needs what is held */
			item = zb_reader_read(reader, shot_deadline_in(0.002), &err);
			for (int i = 0; !item && i < 4; i++) {
				shot_owner_unref(held[i] ? &held[i]->owner : NULL);
				held[i] = NULL;
			}
			if (!item && strcmp(err.code, "ETIMEDOUT") != 0) {
				fail_msg("%s: %s", err.code, err.message);
			}
		}
		assert_int_equal(item->sequence, sequence);
		check_item(item, size_of_frame(sequence, ring));
		int slot = rand_r(&seed) % 4;
		if (held[slot]) {
			check_item(held[slot], size_of_frame(held[slot]->sequence, ring));
			shot_owner_unref(&held[slot]->owner);
		}
		held[slot] = item;
	}
	for (int i = 0; i < 4; i++) {
		shot_owner_unref(held[i] ? &held[i]->owner : NULL);
	}
}

static void stream(uint64_t ring, uint64_t frames)
{
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, ring);
	pid_t child = fork();
	if (child == 0) {
		stream_out(name, ring, frames);
		_exit(0);
	}
	stream_in(reader, ring, frames);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(free_bytes(name), ring);
	expect_read(reader, "EWRITERDEAD");
	zb_reader_destroy(reader);
}

static void test_streams_between_processes(void **state)
{
	(void)state;
	bool is_long = getenv("LUASHOT_LONG") != NULL;
	uint64_t times = is_long ? 200 : 1;
	stream(64, 1000 * times);
	stream(10240, 4000 * times);
	stream(65536, 2000 * times);
	/* Together 64 GiB and more: a frame of the large ring is some 14 MiB on average. */
	stream(64 << 20, is_long ? 6000 : 8);
}

struct crowd {
	struct zb_reader *reader;
	struct zb_writer *writer;
	_Atomic uint64_t sum_written, sum_read, frames_read;
	uint64_t frames;
};

static void *crowd_writes(void *argument)
{
	struct crowd *crowd = argument;
	uint8_t data[3000];
	struct shot_error err;
	unsigned seed = (unsigned)(uintptr_t)&seed;
	for (uint64_t i = 0; i < crowd->frames; i++) {
		size_t size = 1 + (size_t)rand_r(&seed) % sizeof data;
		memset(data, (int)(i % 251), size);
		if (!zb_writer_write(
			    crowd->writer, data, size, shot_deadline_in(PATIENCE), NULL, &err)) {
			fail_msg("%s", err.message);
		}
		crowd->sum_written += size * (i % 251);
	}
	return NULL;
}

static void *crowd_reads(void *argument)
{
	struct crowd *crowd = argument;
	struct shot_error err;
	struct zb_item *item;
	while ((item = zb_reader_read(crowd->reader, SHOT_FOREVER, &err))) {
		for (uint64_t i = 1; i < item->size; i++) {
			assert_int_equal(item->data[i], item->data[0]);
		}
		crowd->sum_read += item->size * item->data[0];
		crowd->frames_read++;
		shot_owner_unref(&item->owner);
	}
	assert_string_equal(err.code, "ECLOSED");
	return NULL;
}

/* Four threads a side on one handle each; close ends those that still wait. */
static void test_threads(void **state)
{
	(void)state;
	enum { THREADS = 4 };
	const char *name = fresh_name();
	struct crowd crowd = {.reader = make_reader(name, 10240), .frames = 5000};
	crowd.writer = make_writer(name);
	pthread_t writers[THREADS], readers[THREADS];
	for (int i = 0; i < THREADS; i++) {
		pthread_create(&writers[i], NULL, crowd_writes, &crowd);
		pthread_create(&readers[i], NULL, crowd_reads, &crowd);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(writers[i], NULL);
	}
	int64_t end = shot_deadline_in(PATIENCE);
	while (crowd.frames_read < THREADS * crowd.frames && shot_clock_ns() < end) {
		usleep(1000);
	}
	zb_reader_close(crowd.reader);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(readers[i], NULL);
	}
	assert_int_equal(crowd.frames_read, THREADS * crowd.frames);
	assert_int_equal(crowd.sum_read, crowd.sum_written);
	zb_writer_destroy(crowd.writer);
	zb_reader_destroy(crowd.reader);
}

/* Waits until two threads sleep in a semaphore, and lets their sleeps begin again. */
static int64_t begin_sleeps(const char *path, struct zb_semaphore *semaphore)
{
	struct shot_error err;
	assert_true(zb_semaphore_open(semaphore, path, &err));
	int64_t end = shot_deadline_in(PATIENCE);
	while (__atomic_load_n(semaphore->word, __ATOMIC_RELAXED) >> 32 < 2) {
		assert_true(shot_clock_ns() < end);
		usleep(1000);
	}
	usleep(5000);
	int64_t now = shot_clock_ns();
	zb_semaphore_wake(semaphore);
	usleep(5000);
	return now;
}

static void *read_one(void *argument)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(argument, shot_deadline_in(PATIENCE), &err);
	bool ok = item && memcmp(item->data, content(item->sequence), item->size) == 0;
	shot_owner_unref(item ? &item->owner : NULL);
	return ok ? NULL : "failed";
}

/* Two frames come with one token, as from a writer that was killed before the second. */
static int64_t wake_two_readers(struct zb_reader *reader, const char *name)
{
	struct shared shared;
	struct zb_semaphore tokens;
	void *outcome;
	pthread_t threads[2];
	map_shared(&shared, name);
	shared.oieb->writer_pid = (uint64_t)getpid();
	for (int i = 0; i < 2; i++) {
		pthread_create(&threads[i], NULL, read_one, reader);
	}
	int64_t started = begin_sleeps(shared.names.data, &tokens);
	for (uint64_t i = 0; i < 2; i++) {
		uint8_t *frame = shared.data + i * 416;
		zb_header_write(frame, 400, i + 1);
		memcpy(frame + sizeof(struct zb_header), content(i + 1), 400);
	}
	zb_store(&shared.oieb->payload_write_pos, 832);
	__atomic_fetch_sub(&shared.oieb->payload_free_bytes, 832, __ATOMIC_ACQ_REL);
	zb_store(&shared.oieb->payload_written_count, 2);
	zb_semaphore_post(&tokens, 1);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], &outcome);
		assert_null(outcome);
	}
	int64_t took = shot_clock_ns() - started;
	zb_semaphore_close(&tokens);
	unmap_shared(&shared);
	return took;
}

static void *write_one(void *argument)
{
	struct shot_error err;
	bool ok = zb_writer_write(argument, pattern, 400, shot_deadline_in(PATIENCE), NULL, &err);
	return ok ? NULL : "failed";
}

/* One frame is given back, which makes room for two. */
static int64_t wake_two_writers(struct zb_reader *reader, const char *name)
{
	struct shot_error err;
	struct zb_name names;
	struct zb_semaphore tokens;
	struct zb_writer *writer = make_writer(name);
	void *outcome;
	pthread_t threads[2];
	put(writer, 900, 1);
	struct zb_item *item = zb_reader_read(reader, 0, &err);
	assert_non_null(item);
	for (int i = 0; i < 2; i++) {
		pthread_create(&threads[i], NULL, write_one, writer);
	}
	zb_name_init(&names, name, &err);
	int64_t started = begin_sleeps(names.space, &tokens);
	shot_owner_unref(&item->owner);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], &outcome);
		assert_null(outcome);
	}
	int64_t took = shot_clock_ns() - started;
	zb_semaphore_close(&tokens);
	zb_writer_destroy(writer);
	return took;
}

/* One token wakes one thread. What it leaves is another thread's, which does not sleep on until it
 * would look by itself. */
static void check_second_thread(int64_t (*wake_two)(struct zb_reader *reader, const char *name))
{
	int64_t shortest = INT64_MAX; /* others may have the processor when it wakes */
	for (int i = 0; i < 15 && shortest > ZB_SLICE_NS / 2; i++) {
		const char *name = fresh_name();
		struct zb_reader *reader = make_reader(name, 1024);
		int64_t took = wake_two(reader, name);
		shortest = took < shortest ? took : shortest;
		zb_reader_destroy(reader);
	}
	assert_true(shortest < ZB_SLICE_NS * 3 / 4);
}

static void test_a_token_for_two_readers(void **state)
{
	(void)state;
	check_second_thread(wake_two_readers);
}

static void test_room_for_two_writers(void **state)
{
	(void)state;
	check_second_thread(wake_two_writers);
}

static void *write_until_closed(void *argument)
{
	struct shot_error err;
	char data[600] = {0};
	while (zb_writer_write(argument, data, sizeof data, SHOT_FOREVER, NULL, &err)) {
	}
	assert_string_equal(err.code, "ECLOSED");
	return NULL;
}

static void test_close_wakes_a_blocked_writer(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, 1024);
	struct zb_writer *writer = make_writer(name);
	pthread_t thread;
	pthread_create(&thread, NULL, write_until_closed, writer);
	usleep(50000);
	zb_writer_close(writer);
	pthread_join(thread, NULL);
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
}

static void *write_until_orphaned(void *argument)
{
	struct shot_error err;
	char data[600] = {0};
	while (zb_writer_write(argument, data, sizeof data, SHOT_FOREVER, NULL, &err)) {
	}
	assert_string_equal(err.code, "EREADERDEAD");
	return NULL;
}

/* It does not sleep on until it would look for the reader's process. */
static void test_a_close_of_the_reader_wakes_the_writer(void **state)
{
	(void)state;
	int64_t shortest = INT64_MAX; /* others may have the processor when it wakes */
	for (int i = 0; i < 15; i++) {
		const char *name = fresh_name();
		struct zb_reader *reader = make_reader(name, 1024);
		struct zb_writer *writer = make_writer(name);
		pthread_t thread;
		pthread_create(&thread, NULL, write_until_orphaned, writer);
		usleep(ZB_SLICE_NS / 1000 / 5);
		int64_t started = shot_clock_ns();
		zb_reader_close(reader);
		pthread_join(thread, NULL);
		int64_t took = shot_clock_ns() - started;
		shortest = took < shortest ? took : shortest;
		zb_writer_destroy(writer);
		zb_reader_destroy(reader);
	}
	assert_true(shortest < ZB_SLICE_NS / 2);
}

static void test_stat(void **state)
{
	(void)state;
	const char *name = fresh_name();
	struct shot_error err;
	struct zb_stat stat;
	assert_false(zb_stat(name, &stat, &err));
	assert_string_equal(err.code, "ENOENT");
	struct zb_reader *reader = make_reader(name, 1024);
	assert_true(zb_stat(name, &stat, &err));
	assert_int_equal(stat.reader, ZB_LIFE_ALIVE);
	assert_int_equal(stat.writer, ZB_LIFE_NONE);
	assert_int_equal(stat.health, ZB_HEALTH_GOOD);
	struct zb_writer *writer = make_writer(name);
	put(writer, 820, 1);
	assert_true(zb_stat(name, &stat, &err));
	assert_int_equal(stat.writer, ZB_LIFE_ALIVE);
	assert_int_equal(stat.health, ZB_HEALTH_DEGRADED);
	put(writer, 172, 2);
	assert_true(zb_stat(name, &stat, &err));
	assert_int_equal(stat.health, ZB_HEALTH_CRITICAL);
	assert_true(stat.utilization == 1.0);
	zb_writer_destroy(writer);
	zb_reader_destroy(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_frame_and_metadata),
		cmocka_unit_test(test_a_ring_without_metadata),
		cmocka_unit_test(test_every_size_in_the_smallest_ring),
		cmocka_unit_test(test_frames_larger_than_half_the_ring),
		cmocka_unit_test(test_tokens_do_not_pile_up),
		cmocka_unit_test(test_held_items_come_back_in_order),
		cmocka_unit_test(test_a_wrap_behind_a_held_item),
		cmocka_unit_test(test_an_item_outlives_its_reader),
		cmocka_unit_test(test_reservations),
		cmocka_unit_test(test_exclusivity),
		cmocka_unit_test(test_streams_between_processes),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_a_token_for_two_readers),
		cmocka_unit_test(test_room_for_two_writers),
		cmocka_unit_test(test_close_wakes_a_blocked_writer),
		cmocka_unit_test(test_a_close_of_the_reader_wakes_the_writer),
		cmocka_unit_test(test_stat),
	};
	return cmocka_run_group_tests(tests, make_pattern, free_pattern);
}
