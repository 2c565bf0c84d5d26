/* A peer that damages what is shared: nothing may crash or hang, and what is wrong is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/segment.h"
#include "zerobuffer/name.h"
#include "zerobuffer/reader.h"
#include "zerobuffer/ring.h"
#include "zerobuffer/semaphore.h"
#include "zerobuffer/stat.h"
#include "zerobuffer/writer.h"

#define RING 1024

/* The handler of the guard, which cmocka replaces by its own for each test. */
static struct sigaction guarded;

static int install_guard(void **state)
{
	(void)state;
	struct shot_segment segment;
	struct shot_error err;
	int fd = memfd_create("guarded", MFD_CLOEXEC);
	bool ok = ftruncate(fd, 1) == 0 && shot_segment_map(&segment, fd, 1, &err);
	close(fd);
	shot_segment_finish(&segment);
	return ok ? sigaction(SIGBUS, NULL, &guarded) : -1;
}

/* A ring with both sides attached, and what a peer has of it. */
struct scene {
	char name[64];
	struct zb_name names;
	struct zb_reader *reader;
	struct zb_writer *writer;
	struct zb_oieb *oieb;
	uint8_t *ring;
	size_t size;
	struct zb_semaphore data, space;
	int fd;
};

static int open_scene(void **state)
{
	static struct scene scene;
	static int count;
	struct shot_error err;
	struct stat status;
	snprintf(scene.name, sizeof scene.name, "luashot-hostile-%d-%d", getpid(), ++count);
	zb_name_init(&scene.names, scene.name, &err);
	scene.reader = zb_reader_create(scene.name, &(struct zb_config){64, RING}, &err);
	scene.writer = zb_writer_create(scene.name, &err);
	if (!scene.reader || !scene.writer ||
		!zb_semaphore_open(&scene.data, scene.names.data, &err) ||
		!zb_semaphore_open(&scene.space, scene.names.space, &err)) {
		fail_msg("%s", err.message);
	}
	scene.fd = open(scene.names.object, O_RDWR | O_CLOEXEC);
	fstat(scene.fd, &status);
	scene.size = (size_t)status.st_size;
	scene.oieb = mmap(NULL, scene.size, PROT_READ | PROT_WRITE, MAP_SHARED, scene.fd, 0);
	scene.ring = (uint8_t *)(scene.oieb + 1) + 64;
	*state = &scene;
	return scene.oieb == MAP_FAILED ? -1 : 0;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;
	sigaction(SIGBUS, &guarded, NULL);
	munmap(scene->oieb, scene->size);
	close(scene->fd);
	zb_semaphore_close(&scene->data);
	zb_semaphore_close(&scene->space);
	zb_writer_destroy(scene->writer);
	zb_reader_destroy(scene->reader);
	return access(scene->names.object, F_OK) == 0 ? -1 : 0;
}

static void put(struct scene *scene, size_t size)
{
	struct shot_error err;
	char data[RING];
	memset(data, 'x', size);
	if (!zb_writer_write(scene->writer, data, size, 0, NULL, &err)) {
		fail_msg("%s: %s", err.code, err.message);
	}
}

static void get(struct scene *scene, uint64_t sequence)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(scene->reader, 0, &err);
	if (!item) {
		fail_msg("%s: %s", err.code, err.message);
	}
	assert_int_equal(item->sequence, sequence);
	shot_owner_unref(&item->owner);
}

static void expect_read(struct scene *scene, const char *code)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(scene->reader, 0, &err);
	assert_null(item);
	assert_string_equal(err.code, code);
}

static void expect_write(struct scene *scene, const char *code)
{
	struct shot_error err;
	assert_false(zb_writer_write(scene->writer, "x", 1, 0, NULL, &err));
	assert_string_equal(err.code, code);
}

/* A wrong frame is reported, again and again, and nothing is changed; set right, it is read. */
static void test_wrong_headers(void **state)
{
	struct scene *scene = *state;
	put(scene, 100);
	put(scene, 50);
	struct zb_oieb before = *scene->oieb;
	zb_header_write(scene->ring, 0, 1);
	expect_read(scene, "EFRAMESIZE");
	expect_read(scene, "EFRAMESIZE");
	zb_header_write(scene->ring, RING, 1);
	expect_read(scene, "ECORRUPT");
	zb_header_write(scene->ring, 167, 1);
	expect_read(scene, "ECORRUPT");
	zb_header_write(scene->ring, UINT64_MAX, 1);
	expect_read(scene, "ECORRUPT");
	assert_memory_equal(&before, scene->oieb, sizeof before);
	zb_header_write(scene->ring, 100, 1);
	get(scene, 1);
	zb_header_write(scene->ring + 116, 0, 2); /* no marker: too little was written */
	expect_read(scene, "EFRAMESIZE");
	zb_header_write(scene->ring + 116, 50, 2);
	get(scene, 2);
	expect_read(scene, "ETIMEDOUT");
}

static void test_a_gap_in_the_sequence(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	put(scene, 10);
	put(scene, 10);
	zb_header_write(scene->ring, 10, 5);
	assert_null(zb_reader_read(scene->reader, 0, &err));
	assert_string_equal(err.code, "ESEQUENCE");
	assert_non_null(strstr(err.message, "expected frame 1, got 5"));
	get(scene, 5);
	expect_read(scene, "ESEQUENCE");
	get(scene, 2);
}

static void test_spurious_tokens(void **state)
{
	struct scene *scene = *state;
	zb_semaphore_post(&scene->data, 10);
	expect_read(scene, "ETIMEDOUT");
	put(scene, 10);
	struct shot_error err;
	struct zb_item *held = zb_reader_read(scene->reader, 0, &err);
	assert_non_null(held);
	zb_semaphore_post(&scene->data, 1);
	expect_read(scene, "ETIMEDOUT");
	shot_owner_unref(&held->owner);
	zb_semaphore_post(&scene->data, 1);
	put(scene, 20);
	get(scene, 2);
	expect_read(scene, "ETIMEDOUT");
	assert_int_equal(scene->oieb->payload_free_bytes, RING);
	assert_int_equal(scene->oieb->payload_read_count, 2);
}

static void test_a_flood_of_tokens(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	zb_semaphore_post(&scene->data, 200000);
	int64_t started = shot_clock_ns();
	assert_null(zb_reader_read(scene->reader, shot_deadline_in(0.05), &err));
	assert_string_equal(err.code, "ETIMEDOUT");
	assert_true(shot_clock_ns() - started < 10 * SHOT_NS_PER_S);
}

struct scribbler {
	struct scene *scene;
	atomic_bool stop;
};

/* Each token ends a sleep, and comes before the wait would end. */
static void *post_tokens(void *argument)
{
	struct scribbler *scribbler = argument;
	while (!scribbler->stop) {
		zb_semaphore_post(&scribbler->scene->data, 1);
		zb_semaphore_post(&scribbler->scene->space, 1);
		usleep(2000);
	}
	return NULL;
}

static void test_tokens_do_not_prolong_a_wait(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	struct scribbler scribbler = {.scene = scene};
	char data[900] = {0};
	pthread_t thread;
	alarm(60); /* as long as they come, a wait that each one prolongs does not end */
	pthread_create(&thread, NULL, post_tokens, &scribbler);
	assert_null(zb_reader_read(scene->reader, shot_deadline_in(0.1), &err));
	assert_string_equal(err.code, "ETIMEDOUT");
	put(scene, sizeof data);
	assert_false(zb_writer_write(
		scene->writer, data, sizeof data, shot_deadline_in(0.1), NULL, &err));
	assert_string_equal(err.code, "EBUFFERFULL");
	scribbler.stop = true;
	pthread_join(thread, NULL);
	alarm(0);
}

static void test_wrong_positions(void **state)
{
	struct scene *scene = *state;
	put(scene, 10);
	scene->oieb->payload_read_pos = 64;
	expect_read(scene, "ECORRUPT");
	scene->oieb->payload_read_pos = UINT64_MAX;
	expect_read(scene, "ECORRUPT");
	scene->oieb->payload_read_pos = 0;
	scene->oieb->payload_write_pos = RING + 1;
	expect_read(scene, "ECORRUPT");
	scene->oieb->payload_write_pos = UINT64_MAX;
	expect_read(scene, "ECORRUPT");
	scene->oieb->payload_write_pos = 26;
	scene->oieb->payload_size = UINT64_MAX; /* nobody looks at these again */
	scene->oieb->metadata_size = UINT64_MAX;
	scene->oieb->payload_written_count = 77;
	get(scene, 1);
	put(scene, 10);
	get(scene, 2);
	put(scene, 900);
	scene->oieb->payload_read_pos = UINT64_MAX;
	struct shot_error err;
	char data[100] = {0};
	assert_false(zb_writer_write(scene->writer, data, sizeof data, 0, NULL, &err));
	assert_string_equal(err.code, "ECORRUPT");
}

/* Positions decide; free bytes that are not possible are no reason to stop. */
static void test_impossible_free_bytes(void **state)
{
	struct scene *scene = *state;
	const uint64_t claims[] = {RING + 1, UINT64_MAX, 0, 1};
	uint64_t sequence = 0;
	for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
		put(scene, 10);
		scene->oieb->payload_free_bytes = claims[i];
		get(scene, ++sequence);
		scene->oieb->payload_free_bytes = RING;
	}
	put(scene, 500);
	scene->oieb->payload_free_bytes = UINT64_MAX;
	struct shot_error err;
	char data[600] = {0};
	assert_false(zb_writer_write(scene->writer, data, sizeof data, 0, NULL, &err));
	assert_string_equal(err.code, "EBUFFERFULL");
	assert_true(scene->oieb->payload_free_bytes <= RING - 516); /* made good */
	get(scene, ++sequence);
}

static void test_a_look_at_impossible_free_bytes(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	struct zb_stat stat;
	scene->oieb->payload_free_bytes = UINT64_MAX;
	assert_true(zb_stat(scene->name, &stat, &err));
	assert_true(stat.utilization == 0);
	assert_int_equal(stat.health, ZB_HEALTH_GOOD);
	scene->oieb->payload_free_bytes = RING;
}

/* Only when everything has been given back may a writer begin again at 0. */
static void test_a_rewind_under_a_held_item(void **state)
{
	struct scene *scene = *state;
	put(scene, 100);
	struct shot_error err;
	struct zb_item *held = zb_reader_read(scene->reader, 0, &err);
	assert_non_null(held);
	put(scene, 50);
	scene->oieb->payload_read_pos = 0;
	expect_read(scene, "ECORRUPT");
	scene->oieb->payload_read_pos = 116;
	get(scene, 2);
	shot_owner_unref(&held->owner);
	assert_int_equal(scene->oieb->payload_free_bytes, RING);
}

/* A reader that gives back too much must not make the writer overrun what was not read. */
static void test_too_much_credit(void **state)
{
	struct scene *scene = *state;
	put(scene, 500);
	put(scene, 400);
	scene->oieb->payload_free_bytes = RING;
	struct shot_error err;
	char data[200] = {0};
	assert_false(zb_writer_write(scene->writer, data, sizeof data, 0, NULL, &err));
	assert_string_equal(err.code, "EBUFFERFULL");
}

static void *await_frame(void *argument)
{
	struct scene *scene = argument;
	struct shot_error err;
	struct zb_item *item = zb_reader_read(scene->reader, SHOT_FOREVER, &err);
	assert_null(item);
	assert_string_equal(err.code, "ECLOSED");
	return NULL;
}

/* Waiting threads are counted in the semaphore; a peer that writes there may make the count wrong,
 * and close must end all the same. */
static void test_closing_with_zeroed_semaphores(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	alarm(60);
	pthread_t thread;
	assert_true(zb_reader_fd(scene->reader, &err) >= 0);
	pthread_create(&thread, NULL, await_frame, scene);
	usleep(50000);
	memset(scene->data.word, 0, sizeof(struct zb_semaphore_file));
	memset(scene->space.word, 0, sizeof(struct zb_semaphore_file));
	int64_t started = shot_clock_ns();
	zb_reader_close(scene->reader);
	zb_writer_close(scene->writer);
	assert_true(shot_clock_ns() - started < 10 * SHOT_NS_PER_S);
	pthread_join(thread, NULL);
	alarm(0);
}

/* What wakes the thread of an event loop cannot reach it when the file has been cut. */
static void test_closing_with_truncated_semaphores(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	sigaction(SIGBUS, &guarded, NULL);
	alarm(60);
	assert_true(zb_reader_fd(scene->reader, &err) >= 0);
	usleep(50000);
	assert_int_equal(truncate(scene->names.data, 0), 0);
	int64_t started = shot_clock_ns();
	zb_reader_close(scene->reader);
	assert_true(shot_clock_ns() - started < 10 * SHOT_NS_PER_S);
	alarm(0);
}

static void test_wrong_metadata(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	const uint8_t *data;
	size_t size;
	uint64_t *length = (uint64_t *)(scene->oieb + 1);
	scene->oieb->metadata_written_bytes = UINT64_MAX;
	*length = UINT64_MAX;
	assert_false(zb_reader_metadata(scene->reader, &data, &size, &err));
	assert_string_equal(err.code, "ECORRUPT");
	*length = 57;
	assert_false(zb_reader_metadata(scene->reader, &data, &size, &err));
	*length = 56;
	assert_true(zb_reader_metadata(scene->reader, &data, &size, &err));
	assert_int_equal(size, 56);
	scene->oieb->metadata_written_bytes = 7;
	assert_false(zb_reader_metadata(scene->reader, &data, &size, &err));
	scene->oieb->metadata_written_bytes = 8;
	*length = 0;
	assert_true(zb_reader_metadata(scene->reader, &data, &size, &err));
	assert_null(data);
}

static void test_hostile_pids(void **state)
{
	struct scene *scene = *state;
	put(scene, 10);
	const uint64_t pids[] = {UINT64_MAX, UINT32_MAX, (UINT64_C(1) << 32) + 1, 0x7fffffff};
	for (size_t i = 0; i < sizeof pids / sizeof pids[0]; i++) {
		scene->oieb->writer_pid = pids[i];
		struct shot_error err;
		struct zb_item *item = zb_reader_read(scene->reader, shot_deadline_in(0.01), &err);
		if (i == 0) {
			assert_non_null(item); /* what was written is still there */
			shot_owner_unref(&item->owner);
		} else {
			assert_null(item);
			assert_string_equal(err.code, "EWRITERDEAD");
		}
		bool connected;
		zb_reader_wait_writer(scene->reader, 0, &connected, &err);
		assert_false(connected);
		scene->oieb->reader_pid = pids[i];
		assert_null(zb_writer_create(scene->name, &err));
		assert_string_equal(err.code, "EREADERDEAD");
		scene->oieb->reader_pid = (uint64_t)getpid();
	}
	scene->oieb->reader_pid = 0;
	expect_write(scene, "EREADERDEAD");
}

static void test_truncation(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	sigaction(SIGBUS, &guarded, NULL);
	put(scene, 100);
	put(scene, 100);
	struct zb_item *held = zb_reader_read(scene->reader, 0, &err);
	assert_non_null(held);
	assert_false(zb_item_is_corrupt(held));
	munmap(scene->oieb, scene->size);
	assert_int_equal(ftruncate(scene->fd, 0), 0);
	unsigned sum = 0;
	for (size_t i = 0; i < held->size; i++) {
		sum += held->data[i];
	}
	assert_int_equal(sum, 0);
	assert_true(zb_item_is_corrupt(held));
	expect_read(scene, "ECORRUPT");
	struct shot_error ignored;
	zb_writer_write(scene->writer, "x", 1, 0, NULL, &ignored);
	expect_write(scene, "ECORRUPT");
	const uint8_t *data;
	size_t size;
	zb_reader_metadata(scene->reader, &data, &size, &err);
	shot_owner_unref(&held->owner);
	scene->oieb = mmap(NULL, scene->size, PROT_READ, MAP_SHARED, scene->fd, 0);
}

static void test_truncated_semaphores(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	sigaction(SIGBUS, &guarded, NULL);
	const char *const files[] = {"/dev/shm/sem.sem-w-", "/dev/shm/sem.sem-r-"};
	put(scene, 900);
	for (size_t i = 0; i < 2; i++) {
		char path[128];
		snprintf(path, sizeof path, "%s%s", files[i], scene->name);
		assert_int_equal(truncate(path, 0), 0);
	}
	struct zb_item *item = zb_reader_read(scene->reader, shot_deadline_in(0.05), &err);
	shot_owner_unref(item ? &item->owner : NULL);
	char data[900] = {0};
	zb_writer_write(scene->writer, data, sizeof data, shot_deadline_in(0.05), NULL, &err);
}

static void *scribble(void *argument)
{
	struct scribbler *scribbler = argument;
	struct scene *scene = scribbler->scene;
	unsigned seed = 7;
	while (!scribbler->stop) {
		uint8_t *memory = (uint8_t *)scene->oieb;
		size_t at = (size_t)rand_r(&seed) % (rand_r(&seed) % 2 ? 128 : scene->size);
		if (at >= 80 && at < 96) {
			continue; /* the pids: the end of everything else */
		}
		__atomic_store_n(memory + at, (uint8_t)rand_r(&seed), __ATOMIC_RELAXED);
		if (rand_r(&seed) % 4 == 0) {
			const struct zb_semaphore *semaphores[] = {&scene->data, &scene->space};
			uint8_t *bytes = (uint8_t *)semaphores[rand_r(&seed) % 2]->word;
			__atomic_store_n(bytes + rand_r(&seed) % sizeof(struct zb_semaphore_file),
				(uint8_t)rand_r(&seed), __ATOMIC_RELAXED);
		}
		if (rand_r(&seed) % 8 == 0) {
			zb_semaphore_post(&scene->data, 1);
		}
	}
	return NULL;
}

/* Somebody writes into the whole object and both semaphores while it is read and written. */
static void test_a_thread_that_scribbles(void **state)
{
	struct scene *scene = *state;
	struct scribbler scribbler = {.scene = scene};
	pthread_t thread;
	pthread_create(&thread, NULL, scribble, &scribbler);
	alarm(getenv("LUASHOT_LONG") ? 300 : 60); /* what hangs is ended by SIGALRM */
	int64_t end = shot_deadline_in(getenv("LUASHOT_LONG") ? 60 : 1);
	struct zb_item *held = NULL;
	unsigned sum = 0;
	uint8_t data[RING];
	struct shot_error err;
	for (unsigned i = 0; shot_clock_ns() < end; i++) {
		memset(data, (int)i, sizeof data);
		zb_writer_write(scene->writer, data, 1 + i * 131 % 900, 0, NULL, &err);
		zb_writer_set_metadata(scene->writer, data, i % 70, &err);
		struct zb_item *item = zb_reader_read(scene->reader, 0, &err);
		for (size_t k = 0; item && k < item->size; k++) {
			sum += item->data[k];
		}
		if (item) {
			shot_owner_unref(held ? &held->owner : NULL);
			held = item;
		}
		const uint8_t *metadata;
		size_t size;
		if (zb_reader_metadata(scene->reader, &metadata, &size, &err) && metadata) {
			sum += metadata[size - 1];
		}
		/* Let the stream go on. */
		if (i % 16 == 0) {
			shot_owner_unref(held ? &held->owner : NULL);
			held = NULL;
			zb_store(&scene->oieb->payload_free_bytes, RING);
			zb_store(&scene->oieb->payload_read_pos, 0);
		}
	}
	scribbler.stop = true;
	pthread_join(thread, NULL);
	shot_owner_unref(held ? &held->owner : NULL);
	print_message("(%u)\n", sum);
}

/* What has the ring's name but is no ring is not removed. */
static void test_a_foreign_object(void **state)
{
	(void)state;
	struct shot_error err;
	char name[64], path[80];
	snprintf(name, sizeof name, "luashot-foreign-%d", getpid());
	snprintf(path, sizeof path, "/dev/shm/%s", name);
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	for (int size = 0; size <= 4096; size += 4096) {
		assert_int_equal(ftruncate(fd, size), 0);
		assert_null(zb_reader_create(name, &ZB_CONFIG_DEFAULT, &err));
		assert_string_equal(err.code, "EEXIST");
		assert_null(zb_writer_create(name, &err));
		assert_string_equal(err.code, "ECORRUPT");
		assert_int_equal(access(path, F_OK), 0);
	}
	struct zb_oieb oieb = {.oieb_size = sizeof oieb, .version = {2}, .payload_size = 64};
	assert_int_equal(pwrite(fd, &oieb, sizeof oieb, 0), sizeof oieb);
	assert_null(zb_writer_create(name, &err));
	assert_string_equal(err.code, "EVERSION");
	assert_null(zb_reader_create(name, &ZB_CONFIG_DEFAULT, &err));
	assert_string_equal(err.code, "EEXIST");
	close(fd);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_null(zb_reader_create(name, &ZB_CONFIG_DEFAULT, &err));
	assert_null(zb_writer_create(name, &err));
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_wrong_headers, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_gap_in_the_sequence, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_spurious_tokens, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_a_flood_of_tokens, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_tokens_do_not_prolong_a_wait, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_impossible_free_bytes, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_look_at_impossible_free_bytes, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_wrong_positions, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_rewind_under_a_held_item, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_too_much_credit, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_closing_with_zeroed_semaphores, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_closing_with_truncated_semaphores, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_wrong_metadata, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_hostile_pids, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_truncation, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_truncated_semaphores, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_thread_that_scribbles, open_scene, close_scene),
		cmocka_unit_test(test_a_foreign_object),
	};
	return cmocka_run_group_tests(tests, install_guard, NULL);
}
