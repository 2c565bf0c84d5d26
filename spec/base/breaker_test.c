/* Waits that another thread ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/breaker.h"
#include "base/thread.h"

static void *read_one(void *fd)
{
	char byte;
	return (void *)(intptr_t)read(*(int *)fd, &byte, 1);
}

static void ends_a_read_that_waits(void **state)
{
	(void)state;
	struct shot_breaker breaker;
	int pair[2];
	pthread_t thread;
	void *got = (void *)-1;
	shot_breaker_init(&breaker);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(shot_breaker_guard(&breaker, pair[0]));
	assert_int_equal(shot_thread_start(&thread, read_one, &pair[0]), 0);
	assert_false(shot_breaker_is_broken(&breaker));
	shot_breaker_break(&breaker);
	assert_int_equal(pthread_join(thread, &got), 0);
	assert_ptr_equal(got, NULL);
	assert_true(shot_breaker_is_broken(&breaker));
	shot_breaker_finish(&breaker);
	close(pair[0]);
	close(pair[1]);
}

static void guards_nothing_once_broken(void **state)
{
	(void)state;
	struct shot_breaker breaker;
	int pair[2];
	shot_breaker_init(&breaker);
	shot_breaker_break(&breaker);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_false(shot_breaker_guard(&breaker, pair[0]));
	assert_int_equal(errno, ECANCELED);
	shot_breaker_finish(&breaker);
	close(pair[0]);
	close(pair[1]);
}

static void lets_go_of_what_it_guarded_before(void **state)
{
	(void)state;
	struct shot_breaker breaker;
	int pair[2];
	char byte = 'x';
	shot_breaker_init(&breaker);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(shot_breaker_guard(&breaker, pair[0]));
	int held = breaker.fd;
	assert_true(shot_breaker_guard(&breaker, -1));
	assert_int_equal(fcntl(held, F_GETFD), -1);
	shot_breaker_break(&breaker);
	assert_int_equal(write(pair[0], &byte, 1), 1);
	shot_breaker_finish(&breaker);
	close(pair[0]);
	close(pair[1]);
}

static void may_be_left_out(void **state)
{
	(void)state;
	assert_true(shot_breaker_guard(NULL, 0));
	assert_false(shot_breaker_is_broken(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_a_read_that_waits),
		cmocka_unit_test(guards_nothing_once_broken),
		cmocka_unit_test(lets_go_of_what_it_guarded_before),
		cmocka_unit_test(may_be_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
