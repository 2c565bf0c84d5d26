/* A server that cannot be started for want of something leaves nothing behind. */
/* link: --wrap=pipe2 --wrap=fork --wrap=getrandom --wrap=mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "process/headless.h"

static const char *failing;
static char folder[] = "/tmp/luashot-headless-XXXXXX";

static bool fails(const char *name, int number)
{
	errno = number;
	return failing && !strcmp(failing, name);
}

int __real_pipe2(int fds[2], int flags);
int __wrap_pipe2(int fds[2], int flags);
int __wrap_pipe2(int fds[2], int flags)
{
	return fails("pipe2", EMFILE) ? -1 : __real_pipe2(fds, flags);
}

pid_t __real_fork(void);
pid_t __wrap_fork(void);
pid_t __wrap_fork(void)
{
	return fails("fork", EAGAIN) ? -1 : __real_fork();
}

ssize_t __real_getrandom(void *bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags)
{
	return fails("getrandom", EAGAIN) ? -1 : __real_getrandom(bytes, size, flags);
}

char *__real_mkdtemp(char *template);
char *__wrap_mkdtemp(char *template);
char *__wrap_mkdtemp(char *template)
{
	return fails("mkdtemp", EDQUOT) ? NULL : __real_mkdtemp(template);
}

static int make_folder(void **state)
{
	(void)state;
	return __real_mkdtemp(folder) ? setenv("XDG_RUNTIME_DIR", folder, 1) : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void assert_fails_with(const char *code)
{
	struct shot_error err;
	assert_false(shot_headless_start(SHOT_HEADLESS_X11, 64, 48, &err));
	assert_string_equal(err.code, code);
	assert_int_equal(rmdir(folder), 0); /* it is empty */
	assert_int_equal(mkdir(folder, 0700), 0);
}

static void nothing_is_left(void **state)
{
	(void)state;
	static const char *const cases[][2] = {{"pipe2", "EMFILE"}, {"fork", "EAGAIN"},
		{"getrandom", "EAGAIN"}, {"mkdtemp", "EDQUOT"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		failing = cases[i][0];
		assert_fails_with(cases[i][1]);
	}
	failing = NULL;
}

/* Of a folder whose name is as long as a path may be, the names inside would be cut. */
static void a_long_path_is_refused(void **state)
{
	(void)state;
	struct shot_error err;
	char path[700] = "/tmp";
	while (strlen(path) < 600) {
		strcat(path, "/.");
	}
	setenv("XDG_RUNTIME_DIR", path, 1);
	assert_false(shot_headless_start(SHOT_HEADLESS_X11, 64, 48, &err));
	assert_string_equal(err.code, "ENAMETOOLONG");
	setenv("XDG_RUNTIME_DIR", folder, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left),
		cmocka_unit_test(a_long_path_is_refused),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
