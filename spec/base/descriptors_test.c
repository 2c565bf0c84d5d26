/* With a kernel that knows close_range, and with one that does not. link: --wrap=syscall */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptors.h"

enum { FIRST = 10, LAST = 60, LIMIT = 64 };

static bool is_known;

long __real_syscall(long number, ...);
long __wrap_syscall(long number, unsigned first, unsigned last, int flags);

long __wrap_syscall(long number, unsigned first, unsigned last, int flags)
{
	if (number == SYS_close_range && !is_known) {
		errno = ENOSYS;
		return -1;
	}
	return __real_syscall(number, first, last, flags);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* In a process of its own. */
static int close_some(void)
{
	const struct rlimit limit = {LIMIT, LIMIT};
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int fd = FIRST; fd <= LAST; fd++) {
		dup2(STDERR_FILENO, fd);
	}
	shot_descriptors_close_from(FIRST + 1);
	for (int fd = FIRST + 1; fd < LIMIT; fd++) {
		if (is_open(fd)) {
			return fd;
		}
	}
	return is_open(FIRST) ? 0 : FIRST;
}

static int in_child(void)
{
	pid_t child = fork();
	if (child == 0) {
		_exit(close_some());
	}
	int status;
	assert_int_equal(child, waitpid(child, &status, 0));
	return WEXITSTATUS(status);
}

static void closes_by_one_call(void **state)
{
	(void)state;
	is_known = true;
	assert_int_equal(0, in_child());
}

static void closes_one_by_one_without_it(void **state)
{
	(void)state;
	is_known = false;
	assert_int_equal(0, in_child());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closes_by_one_call),
		cmocka_unit_test(closes_one_by_one_without_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
