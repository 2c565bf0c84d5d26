/* link: -lXau --wrap=getrandom --wrap=fdopen */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <X11/Xauth.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "process/xauthority.h"

static bool has_randomness = true, has_memory = true;

ssize_t __real_getrandom(void *bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags)
{
	errno = EAGAIN;
	return has_randomness ? __real_getrandom(bytes, size, flags) : -1;
}

FILE *__real_fdopen(int fd, const char *mode);
FILE *__wrap_fdopen(int fd, const char *mode);
FILE *__wrap_fdopen(int fd, const char *mode)
{
	errno = ENOMEM;
	return has_memory ? __real_fdopen(fd, mode) : NULL;
}

static char folder[] = "/tmp/luashot-xauthority-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder)) {
		return -1;
	}
	snprintf(path, sizeof path, "%s/Xauthority", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void read_cookie(uint8_t cookie[16])
{
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	Xauth *entry = XauReadAuth(file);
	assert_non_null(entry);
	assert_int_equal(entry->family, FamilyWild);
	assert_int_equal(entry->address_length, 0);
	assert_int_equal(entry->number_length, 0);
	assert_int_equal(entry->name_length, 18);
	assert_memory_equal(entry->name, "MIT-MAGIC-COOKIE-1", 18);
	assert_int_equal(entry->data_length, 16);
	memcpy(cookie, entry->data, 16);
	XauDisposeAuth(entry);
	assert_null(XauReadAuth(file));
	fclose(file);
}

static void one_entry_holds_for_every_display(void **state)
{
	(void)state;
	struct shot_error err;
	uint8_t first[16], second[16];
	assert_true(shot_xauthority_write(path, &err));
	struct stat info;
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	read_cookie(first);
	unlink(path);
	assert_true(shot_xauthority_write(path, &err));
	read_cookie(second);
	assert_true(memcmp(first, second, sizeof first) != 0);
}

static void a_file_that_is_there_stays(void **state)
{
	(void)state;
	struct shot_error err;
	FILE *file = fopen(path, "wb");
	fputs("mine", file);
	fclose(file);
	assert_false(shot_xauthority_write(path, &err));
	assert_string_equal(err.code, "EEXIST");
	struct stat info;
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_size, 4);
	unlink(path);
}

static void no_file_is_left_without_a_cookie(void **state)
{
	(void)state;
	struct shot_error err;
	has_randomness = false;
	assert_false(shot_xauthority_write(path, &err));
	assert_string_equal(err.code, "EAGAIN");
	has_randomness = true;
	has_memory = false;
	assert_false(shot_xauthority_write(path, &err));
	assert_string_equal(err.code, "ENOMEM");
	has_memory = true;
	assert_int_equal(access(path, F_OK), -1);
}

/* 0 when a file that cannot be written whole is not left behind. */
static int try_with_a_limit(void)
{
	struct shot_error err;
	const struct rlimit limit = {10, 10};
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
		return 1;
	}
	if (shot_xauthority_write(path, &err) || strcmp(err.code, "EFBIG") != 0) {
		return 2;
	}
	return access(path, F_OK) == 0 ? 3 : 0;
}

static void half_a_file_is_taken_away(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		_exit(try_with_a_limit());
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_entry_holds_for_every_display),
		cmocka_unit_test(a_file_that_is_there_stays),
		cmocka_unit_test(no_file_is_left_without_a_cookie),
		cmocka_unit_test(half_a_file_is_taken_away),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
