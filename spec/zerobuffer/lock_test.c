/* link: --wrap=nanosleep */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
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

/* A folder without the sticky bit, in which others could replace a lock. */
struct folder {
	uid_t owner, user;
	mode_t mode;
	bool is_used;
	mode_t becomes;
};

#define STRANGER 65534
#define OTHER 65533

static void check_folder(const struct folder *made)
{
	char inner[96];
	struct zb_lock lock;
	struct shot_error err;
	struct stat status;
	snprintf(inner, sizeof inner, "%s/shared", folder);
	assert_int_equal(mkdir(inner, 0700), 0);
	assert_int_equal(chown(inner, made->owner, made->owner), 0);
	assert_int_equal(chmod(inner, made->mode), 0);
	assert_int_equal(seteuid(made->user), 0);
	bool is_used = zb_lock_take(&lock, folder, "shared", "a.lock", &err);
	if (is_used != made->is_used) {
		fail_msg("user %d, folder of %d with %o: %s", (int)made->user, (int)made->owner,
			(unsigned)made->mode, is_used ? "used" : err.message);
	}
	if (is_used) {
		zb_lock_drop(&lock);
	} else {
		assert_string_equal(err.code, "EACCES");
		assert_non_null(strstr(err.message, "/shared"));
		assert_non_null(strstr(err.message, "mode to 1777"));
		assert_int_equal(lock.folder, -1);
	}
	assert_int_equal(seteuid(getuid()), 0);
	assert_int_equal(stat(inner, &status), 0);
	assert_int_equal(status.st_mode & 07777, made->becomes);
	assert_int_equal(rmdir(inner), 0); /* nothing was left in it */
}

static void test_a_folder_that_others_can_change(void **state)
{
	(void)state;
	uid_t own = geteuid();
	const struct folder ours[] = {
		{own, own, 0700, true, 0700},
		{own, own, 0755, true, 0755},
		{own, own, 0777, true, 01777},
		{own, own, 0775, true, 01775},
		{own, own, 01777, true, 01777},
	};
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
		check_folder(&ours[i]);
	}
	if (own != 0) {
		print_message("only root can give folders to another user\n");
		return;
	}
	const struct folder theirs[] = {
		{STRANGER, 0, 0777, false, 0777},
		{STRANGER, 0, 0775, false, 0775},
		{STRANGER, 0, 0755, false, 0755},
		{STRANGER, 0, 01777, true, 01777},
		{0, STRANGER, 0777, false, 0777},
		{0, STRANGER, 01777, true, 01777},
		{OTHER, STRANGER, 0777, false, 0777},
		{OTHER, STRANGER, 01777, true, 01777},
		{STRANGER, STRANGER, 0777, true, 01777},
	};
	assert_int_equal(chmod(folder, 0755), 0);
	for (size_t i = 0; i < sizeof theirs / sizeof theirs[0]; i++) {
		check_folder(&theirs[i]);
	}
}

/* The same one level above the lock's folder. */
static void test_a_folder_on_the_way_that_others_can_change(void **state)
{
	(void)state;
	char outer[96], inner[104];
	struct zb_lock lock;
	struct shot_error err;
	struct stat status;
	snprintf(outer, sizeof outer, "%s/outer", folder);
	snprintf(inner, sizeof inner, "%s/locks", outer);
	assert_int_equal(mkdir(outer, 0700), 0);
	assert_int_equal(chmod(outer, 0777), 0);
	assert_true(zb_lock_take(&lock, folder, "outer/locks", "a.lock", &err));
	zb_lock_drop(&lock);
	assert_int_equal(stat(outer, &status), 0);
	assert_int_equal(status.st_mode & 07777, 01777);
	assert_int_equal(rmdir(inner), 0);
	if (geteuid() == 0) {
		assert_int_equal(chmod(outer, 0777), 0);
		assert_int_equal(chown(outer, STRANGER, STRANGER), 0);
		assert_false(zb_lock_take(&lock, folder, "outer/locks", "a.lock", &err));
		assert_string_equal(err.code, "EACCES");
		assert_int_not_equal(access(inner, F_OK), 0);
	}
	assert_int_equal(rmdir(outer), 0);
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

/* Puts something else in the lock's place. */
static void plant(const char *path, const char *target, unsigned kind)
{
	if (kind == 0) {
		unlink(path);
	} else if (kind == 1) {
		rmdir(path);
	} else if (kind == 2) {
		mkfifo(path, 0600);
	} else if (kind == 3) {
		(void)!symlink(target, path);
	} else if (kind == 4) {
		mkdir(path, 0700);
	} else {
		int file = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
		if (file >= 0 && kind == 5) {
			(void)!write(file, "mine", 4);
		} else if (file >= 0 && kind == 6) {
			flock(file, LOCK_EX | LOCK_NB);
		} else if (file >= 0) {
			fchmod(file, kind == 7 ? 0 : 0600);
		}
		close(file);
	}
}

static atomic_bool stop;

static void *plant_all(void *target)
{
	char path[96];
	snprintf(path, sizeof path, "%s/a.lock", folder);
	unsigned seed = 5;
	while (!stop) {
		plant(path, target, (unsigned)rand_r(&seed) % 9);
	}
	return NULL;
}

/* Somebody with the same rights changes the lock all the time. Each call ends, follows nothing, and
 * takes nothing but a lock. */
static void test_a_thread_that_scribbles_on_the_lock(void **state)
{
	(void)state;
	struct zb_lock lock;
	struct shot_error err;
	struct stat status;
	char target[96];
	snprintf(target, sizeof target, "%s/target", folder);
	pthread_t thread;
	stop = false;
	pthread_create(&thread, NULL, plant_all, target);
	alarm(getenv("LUASHOT_LONG") ? 300 : 60); /* what hangs is ended by SIGALRM */
	int64_t end = shot_deadline_in(getenv("LUASHOT_LONG") ? 60 : 1);
	unsigned taken = 0, refused = 0;
	while (shot_clock_ns() < end || taken == 0 || refused == 0) {
		if (zb_lock_take(&lock, folder, ".", "a.lock", &err)) {
			taken++;
			assert_int_equal(fstat(lock.file, &status), 0);
			assert_true(S_ISREG(status.st_mode));
			zb_lock_drop(&lock);
		} else {
			refused++;
			assert_int_equal(lock.folder, -1);
			assert_int_equal(err.code[0], 'E');
		}
	}
	stop = true;
	pthread_join(thread, NULL);
	alarm(0);
	print_message("(%u taken, %u refused)\n", taken, refused);
	assert_int_not_equal(access(target, F_OK), 0);
	plant(path_of("a.lock"), target, 0);
	plant(path_of("a.lock"), target, 1);
	assert_true(zb_lock_take(&lock, folder, ".", "a.lock", &err));
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
			test_a_folder_that_others_can_change, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_a_folder_on_the_way_that_others_can_change,
			make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_links_are_not_followed, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_file_with_contents_stays, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_scan_is_waited_out, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_thread_that_scribbles_on_the_lock, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_dead_holder_holds_nothing, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
