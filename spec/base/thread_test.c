#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/segment.h"
#include "base/thread.h"

static void *look_at_signals(void *argument)
{
	pthread_sigmask(SIG_SETMASK, NULL, argument);
	return NULL;
}

static void test_signals_are_the_main_threads(void **state)
{
	(void)state;
	pthread_t thread;
	sigset_t blocked;
	assert_int_equal(shot_thread_start(&thread, look_at_signals, &blocked), 0);
	pthread_join(thread, NULL);
	assert_true(sigismember(&blocked, SIGINT));
	assert_true(sigismember(&blocked, SIGTERM));
	assert_true(sigismember(&blocked, SIGALRM));
	assert_false(sigismember(&blocked, SIGBUS));
	assert_false(sigismember(&blocked, SIGSEGV));
	assert_false(sigismember(&blocked, SIGSYS));
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	assert_false(sigismember(&blocked, SIGINT));
}

static void *read_lost_page(void *argument)
{
	const struct shot_segment *segment = argument;
	return (void *)(uintptr_t)segment->data[0];
}

/* A peer truncates what a worker reads. */
static void test_a_lost_page_in_another_thread(void **state)
{
	(void)state;
	struct shot_segment segment;
	struct shot_error err;
	pthread_t thread;
	void *read = NULL;
	int fd = memfd_create("lost", MFD_CLOEXEC);
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_true(shot_segment_map(&segment, fd, 4096, &err));
	segment.data[0] = 7;
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(shot_thread_start(&thread, read_lost_page, &segment), 0);
	pthread_join(thread, &read);
	assert_null(read);
	assert_true(shot_segment_is_corrupt(&segment));
	shot_segment_finish(&segment);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals_are_the_main_threads),
		cmocka_unit_test(test_a_lost_page_in_another_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
