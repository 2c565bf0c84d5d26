/* link: --wrap=nanosleep */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "zerobuffer/lock.h"

static char folder[64];

static const char *path_of(const char *name)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/luashot-lock-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void test_one_at_a_time(void **state)
{
	(void)state;
	struct zb_lock first, second;
	struct shot_error err;
	assert_true(zb_lock_take(&first, folder, ".", "a.lock", &err));
	assert_int_equal(access(path_of("a.lock"), F_OK), 0);
	assert_false(zb_lock_take(&second, folder, ".", "a.lock", &err));
	assert_string_equal(err.code, "EEXIST");
	assert_true(zb_lock_take(&second, folder, ".", "b.lock", &err));
	zb_lock_drop(&second);
	zb_lock_drop(&first);
	zb_lock_drop(&first);
	assert_int_not_equal(access(path_of("a.lock"), F_OK), 0);
	assert_true(zb_lock_take(&first, folder, ".", "a.lock", &err));
	zb_lock_drop(&first);
}

static void test_the_folder_is_made_for_everybody(void **state)
{
	(void)state;
	char inner[96];
	struct zb_lock lock;
	struct shot_error err;
	struct stat status;
	snprintf(inner, sizeof inner, "%s/made", folder);
	mode_t before = umask(077);
	assert_true(zb_lock_take(&lock, folder, "made", "a.lock", &err));
	umask(before);
	assert_int_equal(stat(inner, &status), 0);
	assert_int_equal(status.st_mode & 07777, 01777);
	zb_lock_drop(&lock);
	assert_int_equal(rmdir(inner), 0);
}

static void test_links_are_not_followed(void **state)
{
	(void)state;
	struct zb_lock lock;
	struct shot_error err;
	char link[96], target[96];
	snprintf(target, sizeof target, "%s/target", folder);
	snprintf(link, sizeof link, "%s/a.lock", folder);
	assert_int_equal(symlink(target, link), 0);
	assert_false(zb_lock_take(&lock, folder, ".", "a.lock", &err));
	assert_string_equal(err.code, "ELOOP");
	assert_int_not_equal(access(target, F_OK), 0);
	unlink(link);
	assert_int_equal(symlink(folder, link), 0);
	assert_false(zb_lock_take(&lock, folder, "a.lock", "b.lock", &err));
	assert_int_equal(mkdir(target, 0700), 0);
	unlink(link);
	assert_int_equal(symlink(folder, link), 0);
	assert_false(zb_lock_take(&lock, folder, "a.lock/target", "b.lock", &err));
	assert_string_equal(err.code, "ENOTDIR");
	unlink(link);
	assert_int_equal(rmdir(target), 0);
}

static void test_a_file_with_contents_stays(void **state)
{
	(void)state;
	struct zb_lock lock;
	struct shot_error err;
	int file = open(path_of("a.lock"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(file, "mine", 4), 4);
	close(file);
	assert_true(zb_lock_take(&lock, folder, ".", "a.lock", &err));
	zb_lock_drop(&lock);
	assert_int_equal(unlink(path_of("a.lock")), 0);
}

/* While zb_lock_take waits, another implementation's scan, which locks and removes whatever lies in
 * the folder, comes to its end. */
static const char *scanned;
static int waits;

int __wrap_nanosleep(const struct timespec *time, struct timespec *left);

int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)time;
	(void)left;
	waits++;
	if (waits == 3 && scanned) {
		unlink(scanned);
	}
	return 0;
}

static void test_a_scan_is_waited_out(void **state)
{
	(void)state;
	struct zb_lock lock;
	struct shot_error err;
	char path[96];
	snprintf(path, sizeof path, "%s/a.lock", folder);
	int scan = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(flock(scan, LOCK_EX), 0);
	waits = 0;
	scanned = path;
	assert_true(zb_lock_take(&lock, folder, ".", "a.lock", &err));
	scanned = NULL;
	assert_int_equal(waits, 3);
	close(scan);
	struct stat named, held;
	assert_int_equal(stat(path, &named), 0);
	assert_int_equal(fstat(lock.file, &held), 0);
	assert_int_equal(named.st_ino, held.st_ino);
	zb_lock_drop(&lock);
}

static void test_a_dead_holder_holds_nothing(void **state)
{
	(void)state;
	struct zb_lock lock;
	struct shot_error err;
	pid_t child = fork();
	if (child == 0) {
		_exit(zb_lock_take(&lock, folder, ".", "a.lock", &err) ? 0 : 1);
	}
	int status;
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(access(path_of("a.lock"), F_OK), 0);
	assert_true(zb_lock_take(&lock, folder, ".", "a.lock", &err));
	zb_lock_drop(&lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_at_a_time, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_the_folder_is_made_for_everybody, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_links_are_not_followed, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_file_with_contents_stays, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_scan_is_waited_out, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_dead_holder_holds_nothing, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
