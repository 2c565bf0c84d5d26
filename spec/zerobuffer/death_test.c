/* A side that is killed at a random moment of a stream: the other one learns of it, no frame is
 * torn, and a new pair on the same name works. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "support/patience.h"
#include "zerobuffer/lock.h"
#include "zerobuffer/reader.h"
#include "zerobuffer/writer.h"

#define RING 10240
#define PATIENCE 20.0

static char name[64];

static int choose_name(void **state)
{
	(void)state;
	snprintf(name, sizeof name, "luashot-death-%d", getpid());
	return 0;
}

static unsigned times(void)
{
	return getenv("LUASHOT_LONG") ? 500 : 30;
}

static uint64_t size_of_frame(uint64_t sequence)
{
	return 1 + sequence * 2654435761U % 5000;
}

/* Write for ever. Every byte of a frame tells its sequence. */
static void write_stream(struct zb_writer *writer)
{
	struct shot_error err;
	uint8_t data[5000];
	for (uint64_t sequence = 1;; sequence++) {
		memset(data, (int)(sequence % 251), sizeof data);
		if (!zb_writer_write(writer, data, size_of_frame(sequence),
			    shot_deadline_in(PATIENCE), NULL, &err)) {
			_exit(strcmp(err.code, "EREADERDEAD") == 0 ? 0 : 1);
		}
	}
}

static void check_item(const struct zb_item *item)
{
	if (item->size != size_of_frame(item->sequence)) {
		fail_msg("frame %llu is torn", (unsigned long long)item->sequence);
	}
	for (uint64_t i = 0; i < item->size; i++) {
		if (item->data[i] != item->sequence % 251) {
			fail_msg("frame %llu is torn", (unsigned long long)item->sequence);
		}
	}
}

static uint64_t read_until_dead(struct zb_reader *reader)
{
	struct shot_error err;
	struct zb_item *item;
	uint64_t count = 0;
	while ((item = zb_reader_read(reader, shot_deadline_in(PATIENCE), &err))) {
		assert_int_equal(item->sequence, ++count);
		check_item(item);
		shot_owner_unref(&item->owner);
	}
	if (strcmp(err.code, "EWRITERDEAD") != 0) {
		fail_msg("%s: %s", err.code, err.message);
	}
	return count;
}

static struct zb_reader *make_reader(void)
{
	struct shot_error err;
	struct zb_reader *reader = zb_reader_create(name, &(struct zb_config){64, RING}, &err);
	if (!reader) {
		fail_msg("%s", err.message);
	}
	return reader;
}

/* The ring that is left after a killed writer is still good for another one, unless it died in the
 * middle of a commit; so a pair is made anew, as a user would. */
static void test_a_killed_writer(void **state)
{
	(void)state;
	uint64_t frames = 0;
	for (unsigned i = 0; i < times(); i++) {
		struct zb_reader *reader = make_reader();
		pid_t child = fork();
		if (child == 0) {
			struct shot_error err;
			write_stream(zb_writer_create(name, &err));
		}
		bool connected = false;
		struct shot_error err;
		zb_reader_wait_writer(reader, shot_deadline_in(PATIENCE), &connected, &err);
		assert_true(connected);
		pid_t killer = fork();
		if (killer == 0) {
			usleep(i * 37 % 5000);
			kill(child, SIGKILL);
			_exit(0);
		}
		frames += read_until_dead(reader);
		waitpid(killer, NULL, 0);
		waitpid(child, NULL, 0);
		zb_reader_destroy(reader);
	}
	assert_true(frames > 0);
}

static int read_stream(int ready)
{
	struct shot_error err;
	struct zb_reader *reader = zb_reader_create(name, &(struct zb_config){64, RING}, &err);
	if (!reader || write(ready, "x", 1) != 1) {
		return 1;
	}
	for (;;) {
		struct zb_item *item = zb_reader_read(reader, SHOT_FOREVER, &err);
		if (!item) {
			return 2;
		}
		shot_owner_unref(&item->owner);
	}
}

static void test_a_killed_reader(void **state)
{
	(void)state;
	for (unsigned i = 0; i < times(); i++) {
		int ready[2];
		assert_int_equal(pipe(ready), 0);
		pid_t reading = fork();
		if (reading == 0) {
			_exit(read_stream(ready[1]));
		}
		char byte;
		assert_int_equal(read(ready[0], &byte, 1), 1);
		pid_t writing = fork();
		if (writing == 0) {
			struct shot_error err;
			struct zb_writer *writer = zb_writer_create(name, &err);
			if (!writer) {
				_exit(strcmp(err.code, "EREADERDEAD") == 0 ? 0 : 3);
			}
			write_stream(writer);
		}
		usleep(200 + i * 53 % 5000);
		kill(reading, SIGKILL);
		int status;
		assert_int_equal(waitpid(writing, &status, 0), writing);
		assert_int_equal(status, 0);
		waitpid(reading, NULL, 0);
		close(ready[0]);
		close(ready[1]);
		zb_reader_destroy(make_reader());
	}
}

/* Make a ring of which nothing is ever read. */
static int make_large_ring(int ready)
{
	struct shot_error err;
	if (!zb_reader_create(name, &(struct zb_config){64, 16 << 20}, &err)) {
		return 1;
	}
	if (write(ready, "", 1) == 1) {
		pause();
	}
	return 2;
}

static void test_a_killed_reader_is_missed_while_there_is_room(void **state)
{
	(void)state;
	static uint8_t data[1 << 16];
	const struct {
		size_t size;
		int most; /* frames */
	} kinds[] = {{1, 257}, {sizeof data, 17}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		int ready[2];
		assert_int_equal(pipe(ready), 0);
		pid_t reading = fork_mortal();
		if (reading == 0) {
			_exit(make_large_ring(ready[1]));
		}
		char byte;
		assert_int_equal(read(ready[0], &byte, 1), 1);
		struct shot_error err;
		struct zb_writer *writer = zb_writer_create(name, &err);
		assert_non_null(writer);
		kill(reading, SIGKILL);
		waitpid(reading, NULL, 0);
		int written = 0;
		while (zb_writer_write(writer, data, kinds[i].size, 0, NULL, &err)) {
			assert_true(++written < kinds[i].most);
		}
		assert_string_equal(err.code, "EREADERDEAD");
		zb_writer_destroy(writer);
		close(ready[0]);
		close(ready[1]);
	}
}

static void assert_gone(const char *folder, const char *before, const char *after)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s%s%s", folder, before, name, after);
	if (access(path, F_OK) == 0) {
		fail_msg("%s is left", path);
	}
}

static void test_nothing_is_left(void **state)
{
	(void)state;
	zb_reader_destroy(make_reader());
	assert_gone("/dev/shm", "", "");
	assert_gone("/dev/shm", "sem.sem-w-", "");
	assert_gone("/dev/shm", "sem.sem-r-", "");
	assert_gone(ZB_LOCK_BASE "/" ZB_LOCK_FOLDER, "", ".lock");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_killed_writer),
		cmocka_unit_test(test_a_killed_reader),
		cmocka_unit_test(test_a_killed_reader_is_missed_while_there_is_room),
		cmocka_unit_test(test_nothing_is_left),
	};
	return cmocka_run_group_tests(tests, choose_name, NULL);
}
