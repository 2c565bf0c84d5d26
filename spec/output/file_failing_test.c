/* A save that fails at any call leaves the file as it was, and nothing beside it; file systems that
 * lack a call are written to by others. */
/* link: --wrap=fstat --wrap=ftruncate --wrap=fallocate --wrap=fsync --wrap=fchmod */
/* link: --wrap=linkat --wrap=renameat --wrap=openat --wrap=syscall */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "output/file.h"

/* --- what fails ------------------------------------------------------------------------------ */

static const char *failing;
static int number;	 /* the errno of it */
static unsigned skipped; /* calls that succeed before */
static bool lacks_unnamed, lacks_exclusive;

static bool fails(const char *name)
{
	if (!failing || strcmp(failing, name) != 0) {
		return false;
	}
	if (skipped > 0) {
		skipped--;
		return false;
	}
	errno = number;
	return true;
}

int __real_fstat(int fd, struct stat *info);
int __wrap_fstat(int fd, struct stat *info);
int __wrap_fstat(int fd, struct stat *info)
{
	return fails("fstat") ? -1 : __real_fstat(fd, info);
}

int __real_ftruncate(int fd, off_t size);
int __wrap_ftruncate(int fd, off_t size);
int __wrap_ftruncate(int fd, off_t size)
{
	return fails("ftruncate") ? -1 : __real_ftruncate(fd, size);
}

int __real_fallocate(int fd, int mode, off_t from, off_t size);
int __wrap_fallocate(int fd, int mode, off_t from, off_t size);
int __wrap_fallocate(int fd, int mode, off_t from, off_t size)
{
	return fails("fallocate") ? -1 : __real_fallocate(fd, mode, from, size);
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	return fails("fsync") ? -1 : __real_fsync(fd);
}

int __real_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode)
{
	return fails("fchmod") ? -1 : __real_fchmod(fd, mode);
}

int __real_linkat(int from, const char *old, int to, const char *name, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *name, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *name, int flags)
{
	return fails("linkat") ? -1 : __real_linkat(from, old, to, name, flags);
}

int __real_renameat(int from, const char *old, int to, const char *name);
int __wrap_renameat(int from, const char *old, int to, const char *name);
int __wrap_renameat(int from, const char *old, int to, const char *name)
{
	return fails("renameat") ? -1 : __real_renameat(from, old, to, name);
}

int __real_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
	va_end(more);
	if (lacks_unnamed && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return __real_openat(folder, path, flags, mode);
}

long __real_syscall(long call, long a, long b, long c, long d, long e);
long __wrap_syscall(long call, long a, long b, long c, long d, long e);
long __wrap_syscall(long call, long a, long b, long c, long d, long e)
{
	if (call == SYS_renameat2 && (lacks_exclusive || fails("renameat2"))) {
		errno = lacks_exclusive ? EINVAL : number;
		return -1;
	}
	return __real_syscall(call, a, b, c, d, e);
}

/* --- tests ----------------------------------------------------------------------------------- */

static char folder[] = "/tmp/luashot-failing-XXXXXX";

static int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	(void)state;
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1; /* nothing is left */
}

/* "" or the code of the failure. */
static const char *save(const char *path, const char *text, struct shot_file_options options)
{
	static struct shot_error err;
	struct shot_path_buffer buffer;
	snprintf(buffer.text, sizeof buffer.text, "%s", path);
	bool ok = shot_file_save_all(&buffer, text, strlen(text), &options, NULL, &err);
	return ok ? "" : err.code;
}

static const struct shot_file_options usual = {.mode = SHOT_MODE_USUAL};

static void assert_file(const char *path, const char *expected)
{
	char text[100] = "";
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
}

static int count_files(void)
{
	int count = -2; /* . and .. */
	DIR *here = opendir(".");
	while (readdir(here)) {
		count++;
	}
	closedir(here);
	return count;
}

struct failure {
	const char *name;
	int number;
	const char *code;
	unsigned skipped;
	struct shot_file_options options;
};

/* Saves over "first" with each failure, after which it is still there. */
static void assert_unchanged(const struct failure *failures, size_t count, int files)
{
	for (size_t i = 0; i < count; i++) {
		failing = failures[i].name;
		number = failures[i].number;
		skipped = failures[i].skipped;
		const char *code = save("a", "a text that is longer", failures[i].options);
		failing = NULL;
		assert_string_equal(code, failures[i].code);
		assert_file("a", "first");
		assert_int_equal(count_files(), files);
	}
}

static void a_file_that_is_not_exchanged_stays(void **state)
{
	(void)state;
	const struct shot_file_options synced = {.mode = SHOT_MODE_USUAL, .is_synced = true};
	const struct shot_file_options public = {.mode = 0755};
	const struct failure failures[] = {
		{"linkat", EDQUOT, "EDQUOT", 1,
			usual}, /* the first is for the name, which is taken */
		{"renameat", EIO, "EIO", 0, usual},
		{"fstat", EIO, "EIO", 0, usual},
		{"fsync", EIO, "EIO", 0, synced},
		{"fchmod", EIO, "EIO", 0, public},
	};
	assert_string_equal(save("a", "first", usual), "");
	assert_unchanged(failures, sizeof failures / sizeof *failures, 1);
	assert_int_equal(unlink("a"), 0);
}

/* The second call is for the folder, after the file has its name. */
static void a_name_that_does_not_reach_the_disk_is_told(void **state)
{
	(void)state;
	const struct shot_file_options synced = {.mode = SHOT_MODE_USUAL, .is_synced = true};
	failing = "fsync";
	number = EIO;
	skipped = 1;
	assert_string_equal(save("a", "new", synced), "EIO");
	failing = NULL;
	assert_file("a", "new");
	assert_int_equal(unlink("a"), 0);
}

static void a_file_that_is_written_in_place_stays(void **state)
{
	(void)state;
	const struct shot_file_options public = {.mode = 0755};
	const struct failure failures[] = {
		{"fstat", EIO, "EIO", 0, usual},
		{"ftruncate", ENOSPC, "ENOSPC", 0, usual},
		{"fallocate", ENOSPC, "ENOSPC", 0, usual},
		{"fchmod", EPERM, "EPERM", 0, public},
	};
	assert_string_equal(save("a", "first", usual), "");
	assert_int_equal(link("a", "b"), 0);
	assert_unchanged(failures, sizeof failures / sizeof *failures, 2);
	/* A file system that cannot reserve is written to; one that cannot sync says so. */
	failing = "fallocate";
	number = EOPNOTSUPP;
	assert_string_equal(save("a", "a text that is longer", usual), "");
	failing = "fsync";
	number = EIO;
	assert_string_equal(
		save("a", "x", (struct shot_file_options){.mode = -1, .is_synced = true}), "EIO");
	failing = NULL;
	assert_file("b", "x");
	assert_int_equal(unlink("a"), 0);
	assert_int_equal(unlink("b"), 0);
}

/* Network file systems know neither files without a name nor exclusive renames. */
static void the_names_of_others_are_kept_without_help_of_the_file_system(void **state)
{
	(void)state;
	const struct shot_file_options exclusive = {
		.clobber = SHOT_CLOBBER_ERROR, .mode = SHOT_MODE_USUAL};
	lacks_unnamed = true;
	for (int i = 0; i < 2; i++) {
		lacks_exclusive = i == 1;
		assert_string_equal(save("a", "first", exclusive), "");
		assert_string_equal(save("a", "second", exclusive), "EEXIST");
		assert_file("a", "first");
		assert_string_equal(save("a", "third", usual), "");
		assert_file("a", "third");
		assert_int_equal(count_files(), 1);
		assert_int_equal(unlink("a"), 0);
	}
	lacks_exclusive = false;
	failing = "renameat2";
	number = EDQUOT;
	assert_string_equal(save("a", "first", exclusive), "EDQUOT");
	failing = NULL;
	lacks_unnamed = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_is_not_exchanged_stays),
		cmocka_unit_test(a_name_that_does_not_reach_the_disk_is_told),
		cmocka_unit_test(a_file_that_is_written_in_place_stays),
		cmocka_unit_test(the_names_of_others_are_kept_without_help_of_the_file_system),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
