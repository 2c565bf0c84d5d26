#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wait.h"

static void deadlines_are_points_in_time(void **state)
{
	(void)state;
	int64_t before = shot_clock_ns();
	int64_t deadline = shot_deadline_in(2);
	int64_t after = shot_clock_ns();
	assert_true(deadline >= before + 2 * SHOT_NS_PER_S);
	assert_true(deadline <= after + 2 * SHOT_NS_PER_S);
	assert_true(shot_deadline_in(0) <= shot_clock_ns());
	assert_true(shot_deadline_in(-1) <= shot_clock_ns());
	assert_true(shot_deadline_in(NAN) <= shot_clock_ns());
	assert_true(shot_deadline_in(INFINITY) == SHOT_FOREVER);
	assert_true(shot_deadline_in(1e300) == SHOT_FOREVER);
}

static void what_is_left_is_never_negative(void **state)
{
	(void)state;
	struct timespec left;
	assert_null(shot_deadline_left(SHOT_FOREVER, &left));
	assert_ptr_equal(shot_deadline_left(0, &left), &left);
	assert_true(left.tv_sec == 0 && left.tv_nsec == 0);
	shot_deadline_left(shot_deadline_in(1000.5), &left);
	assert_in_range(left.tv_sec, 900, 1000); /* others may have the processor meanwhile */
	assert_in_range(left.tv_nsec, 0, SHOT_NS_PER_S - 1);
}

static void on_signal(int number)
{
	(void)number;
}

static atomic_bool has_ended;

static void *interrupt(void *thread)
{
	/* Again and again, because the first may come before the wait. */
	while (!atomic_load(&has_ended)) {
		usleep(10000);
		pthread_kill(*(pthread_t *)thread, SIGUSR1);
	}
	return NULL;
}

static void ends_for_the_first_reason(void **state)
{
	(void)state;
	int fd = eventfd(0, EFD_CLOEXEC), wake = eventfd(0, EFD_CLOEXEC);
	int others = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(shot_wait_beside(fd, wake, others, 0), SHOT_WAIT_TIMEOUT);
	eventfd_write(others, 1);
	assert_int_equal(shot_wait_beside(fd, wake, others, SHOT_FOREVER), SHOT_WAIT_OTHERS);
	assert_int_equal(shot_wait_beside(fd, -1, others, SHOT_FOREVER), SHOT_WAIT_OTHERS);
	assert_int_equal(shot_wait_readable(fd, wake, 0), SHOT_WAIT_TIMEOUT);
	assert_int_equal(shot_wait_readable(fd, -1, shot_deadline_in(0.01)), SHOT_WAIT_TIMEOUT);
	eventfd_write(wake, 1);
	assert_int_equal(shot_wait_readable(fd, wake, SHOT_FOREVER), SHOT_WAIT_WOKEN);
	assert_int_equal(shot_wait_beside(fd, wake, others, SHOT_FOREVER), SHOT_WAIT_WOKEN);
	eventfd_write(fd, 1);
	assert_int_equal(shot_wait_beside(fd, wake, others, SHOT_FOREVER), SHOT_WAIT_READY);
	assert_int_equal(shot_wait_readable(fd, wake, SHOT_FOREVER), SHOT_WAIT_READY);
	assert_int_equal(shot_wait_readable(fd, -1, SHOT_FOREVER), SHOT_WAIT_READY);
	close(others);
	close(fd);
	close(wake);
}

static void ends_when_the_peer_hangs_up(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	assert_int_equal(shot_wait_readable(ends[0], -1, SHOT_FOREVER), SHOT_WAIT_READY);
	close(ends[0]);
}

static void ends_for_a_signal(void **state)
{
	(void)state;
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigaction(SIGUSR1, &action, NULL);
	int fd = eventfd(0, EFD_CLOEXEC);
	pthread_t self = pthread_self(), other;
	pthread_create(&other, NULL, interrupt, &self);
	assert_int_equal(shot_wait_readable(fd, -1, SHOT_FOREVER), SHOT_WAIT_SIGNAL);
	atomic_store(&has_ended, true);
	pthread_join(other, NULL);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadlines_are_points_in_time),
		cmocka_unit_test(what_is_left_is_never_negative),
		cmocka_unit_test(ends_for_the_first_reason),
		cmocka_unit_test(ends_when_the_peer_hangs_up),
		cmocka_unit_test(ends_for_a_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
