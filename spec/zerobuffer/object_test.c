/* When a ring gets its name; whose the name is, when it has been taken away or its reader was
 * killed. */
/* link: --wrap=linkat */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/patience.h"
#include "support/rings.h"
#include "zerobuffer/lock.h"
#include "zerobuffer/semaphore.h"

/* A name that was taken away from a ring may be another's by the time of its end. */
static void test_a_close_leaves_the_name_to_its_new_owner(void **state)
{
	(void)state;
	const char *name = fresh_name();
	char path[128];
	snprintf(path, sizeof path, "/dev/shm/%s", name);
	struct zb_reader *reader = make_reader(name, RING);
	assert_int_equal(unlink(path), 0);
	int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	close(file);
	zb_reader_destroy(reader);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof path, "/dev/shm/sem.sem-w-%s", name);
	assert_int_equal(
		unlink(path), 0); /* for all that the reader knows, it is the owner's, too */
	snprintf(path, sizeof path, "/dev/shm/sem.sem-r-%s", name);
	assert_int_equal(unlink(path), 0);
}

/* Another process that makes the ring; it is there when this returns. */
static pid_t make_reader_elsewhere(const char *name)
{
	int ready[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork_mortal();
	if (child == 0) {
		make_reader(name, RING);
		(void)!write(ready[1], "x", 1);
		pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void kill_it(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* The next reader of a name tells the writer of the old ring, which has room and would go on. */
static void test_a_writer_learns_that_its_ring_was_replaced(void **state)
{
	(void)state;
	struct shot_error err;
	const char *name = fresh_name();
	pid_t child = make_reader_elsewhere(name);
	struct zb_writer *writer = zb_writer_create(name, &err);
	assert_non_null(writer);
	assert_true(zb_writer_write(writer, "x", 1, 0, NULL, &err));
	kill_it(child);
	struct zb_reader *reader = make_reader(name, RING);
	assert_false(zb_writer_write(writer, "x", 1, 0, NULL, &err));
	assert_string_equal(err.code, "EREADERDEAD");
	zb_writer_destroy(writer);
	assert_null(zb_reader_read(reader, 0, &err)); /* which has never had a writer */
	assert_string_equal(err.code, "ETIMEDOUT");
	zb_reader_destroy(reader);
}

/* Other implementations make no ring whose name is there. */
static void test_a_writer_that_leaves_removes_its_dead_readers_ring(void **state)
{
	(void)state;
	struct shot_error err;
	const char *name = fresh_name();
	char path[128];
	snprintf(path, sizeof path, "/dev/shm/%s", name);
	pid_t child = make_reader_elsewhere(name);
	struct zb_writer *writer = zb_writer_create(name, &err);
	assert_non_null(writer);
	kill_it(child);
	assert_int_equal(access(path, F_OK), 0);
	zb_writer_destroy(writer);
	assert_int_not_equal(access(path, F_OK), 0);
}

/* Not even when the lock is gone, which other implementations remove when they take it for stale.
 */
static void test_a_writer_that_leaves_removes_no_live_ring(void **state)
{
	(void)state;
	struct shot_error err;
	const char *name = fresh_name();
	char lock[128], path[128];
	snprintf(lock, sizeof lock, ZB_LOCK_BASE "/" ZB_LOCK_FOLDER "/%s.lock", name);
	snprintf(path, sizeof path, "/dev/shm/%s", name);
	struct zb_reader *reader = make_reader(name, RING);
	assert_int_equal(unlink(lock), 0);
	zb_writer_destroy(zb_writer_create(name, &err));
	assert_int_equal(access(path, F_OK), 0);
	zb_reader_destroy(reader);
	assert_int_not_equal(access(path, F_OK), 0);
}

/* Attaches to a ring at the moment at which its name appears. */
static const char *awaited;
static bool was_complete;

int __real_linkat(int from, const char *old, int to, const char *path, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *path, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *path, int flags)
{
	struct shot_error err;
	int result = __real_linkat(from, old, to, path, flags);
	if (awaited && strcmp(path, awaited) == 0) {
		struct zb_writer *writer = zb_writer_create(strrchr(path, '/') + 1, &err);
		was_complete = writer;
		zb_writer_destroy(writer);
	}
	return result;
}

static void test_a_ring_appears_complete(void **state)
{
	(void)state;
	const char *name = fresh_name();
	char path[128];
	snprintf(path, sizeof path, "/dev/shm/%s", name);
	awaited = path;
	zb_reader_destroy(make_reader(name, RING));
	awaited = NULL;
	assert_true(was_complete);
}

/* Python leaves its semaphores behind, and makes those of the next ring after its memory. */
static void test_a_writer_waits_for_the_rings_own_semaphores(void **state)
{
	static const char *const kinds[] = {"w", "r"};
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct shot_error err;
		const char *name = fresh_name();
		char path[128], old[sizeof path + 4];
		snprintf(path, sizeof path, "/dev/shm/sem.sem-%s-%s", kinds[i], name);
		snprintf(old, sizeof old, "%s-old", path);
		struct zb_reader *reader = make_reader(name, RING);
		assert_int_equal(link(path, old), 0);
		zb_reader_destroy(reader);
		usleep(20000); /* more than the kernel's clock of files may lag */
		reader = make_reader(name, RING);
		assert_int_equal(rename(old, path), 0);
		assert_null(zb_writer_create(name, &err));
		assert_string_equal(err.code, "ENOENT");
		struct zb_semaphore own;
		assert_true(zb_semaphore_create(&own, path, &err));
		struct zb_writer *writer = zb_writer_create(name, &err);
		assert_non_null(writer);
		zb_writer_destroy(writer);
		zb_semaphore_close(&own);
		zb_reader_destroy(reader);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_close_leaves_the_name_to_its_new_owner),
		cmocka_unit_test(test_a_writer_learns_that_its_ring_was_replaced),
		cmocka_unit_test(test_a_writer_that_leaves_removes_its_dead_readers_ring),
		cmocka_unit_test(test_a_writer_that_leaves_removes_no_live_ring),
		cmocka_unit_test(test_a_ring_appears_complete),
		cmocka_unit_test(test_a_writer_waits_for_the_rings_own_semaphores),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
