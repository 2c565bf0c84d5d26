/* A connection that cannot be made for want of memory, descriptors or threads: nothing is left. */
/* xserver: 64x48x24 */
/* link: --wrap=socket --wrap=socketpair --wrap=dup3 --wrap=shot_thread_start */
/* link: --wrap=calloc --wrap=malloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/thread.h"
#include "support/descriptors.h"
#include "x11/connect.h"

static const char *failing;
static int attempts; /* to make a socket */

static bool fails(const char *name, int number)
{
	bool is_failing = failing && strcmp(failing, name) == 0;
	if (is_failing) {
		errno = number;
	}
	return is_failing;
}

int __real_socket(int family, int kind, int protocol);
int __wrap_socket(int family, int kind, int protocol);
int __wrap_socket(int family, int kind, int protocol)
{
	attempts++;
	return fails("socket", EMFILE) ? -1 : __real_socket(family, kind, protocol);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return fails("calloc", ENOMEM) ? NULL : __real_calloc(count, size);
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return fails("malloc", ENOMEM) ? NULL : __real_malloc(size);
}

int __real_socketpair(int family, int kind, int protocol, int pair[2]);
int __wrap_socketpair(int family, int kind, int protocol, int pair[2]);
int __wrap_socketpair(int family, int kind, int protocol, int pair[2])
{
	return fails("socketpair", EMFILE) ? -1 : __real_socketpair(family, kind, protocol, pair);
}

int __real_shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);
int __wrap_shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);
int __wrap_shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
	return fails("thread", EAGAIN) ? EAGAIN : __real_shot_thread_start(thread, run, argument);
}

int __real_dup3(int from, int to, int flags);
int __wrap_dup3(int from, int to, int flags);
int __wrap_dup3(int from, int to, int flags)
{
	return fails("dup3", EMFILE) ? -1 : __real_dup3(from, to, flags);
}

static void assert_connects(void)
{
	struct shot_error err;
	int screen;
	xcb_connection_t *xcb = shot_x11_connect(NULL, NULL, &screen, &err);
	assert_non_null(xcb);
	assert_int_equal(xcb_get_setup(xcb)->roots_len, 1);
	xcb_disconnect(xcb);
}

static void every_failure_is_named(void **state)
{
	(void)state;
	static const char *const cases[][2] = {{"socket", "EMFILE"}, {"calloc", "ENOMEM"},
		{"malloc", "ENOMEM"}, {"socketpair", "EMFILE"}, {"thread", "EAGAIN"},
		{"dup3", "ENOMEM"}};
	assert_connects();
	int before = count_descriptors();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct shot_error err;
		int screen;
		attempts = 0;
		failing = cases[i][0];
		xcb_connection_t *xcb = shot_x11_connect(NULL, NULL, &screen, &err);
		failing = NULL;
		assert_null(xcb);
		assert_string_equal(err.code, cases[i][1]);
		assert_non_null(strstr(err.message, "cannot connect to ':"));
		assert_in_range(attempts, 1, 2); /* by two names; it is not tried again */
		assert_int_equal(count_descriptors(), before);
		assert_connects();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failure_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
