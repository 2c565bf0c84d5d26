/* Calls that wait for a peer which says nothing more. A second of the watchdog is a moment here,
 * and where a test says so, as long as that takes.
 * link: --wrap=pthread_cond_timedwait --wrap=clock_gettime */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "base/watchdog.h"
#include "support/threads.h"

#define MOMENT_NS 20000000

/* How often the watchdog may look; below 0: as often as it likes. */
static atomic_int looks = -1;

int __real_pthread_cond_timedwait(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
int __wrap_pthread_cond_timedwait(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

int __wrap_pthread_cond_timedwait(
	pthread_cond_t *news, pthread_mutex_t *lock, const struct timespec *second)
{
	int outcome;
	(void)second;
	do {
		int64_t soon = shot_clock_ns() + MOMENT_NS;
		struct timespec until = {soon / SHOT_NS_PER_S, soon % SHOT_NS_PER_S};
		outcome = __real_pthread_cond_timedwait(news, lock, &until);
	} while (outcome == ETIMEDOUT && atomic_load(&looks) == 0);
	if (outcome == ETIMEDOUT && atomic_load(&looks) > 0) {
		atomic_fetch_sub(&looks, 1);
	}
	return outcome;
}

/* What is read of a socket as soon as the watchdog has asked for the time of the waiting thread. */
static atomic_int read_then = -1;

int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	int outcome = __real_clock_gettime(clock, time);
	char byte;
	if (clock < 0 && atomic_load(&looks) == 0 && atomic_load(&read_then) >= 0) {
		recv(atomic_load(&read_then), &byte, 1, MSG_DONTWAIT);
	}
	return outcome;
}

static void make_pair(int *pair)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
}

/* As libxcb waits: until `size` bytes are there. Returns how many came. */
static size_t read_all(int fd, size_t size)
{
	struct shot_watched call;
	char byte;
	size_t got = 0;
	shot_watchdog_begin(&call, fd);
	while (got < size && read(fd, &byte, 1) == 1) {
		got++;
	}
	shot_watchdog_end(&call);
	return got;
}

static void ends_a_read_of_what_never_comes(void **state)
{
	(void)state;
	int pair[2];
	make_pair(pair);
	assert_int_equal(write(pair[1], "ab", 2), 2);
	assert_int_equal(read_all(pair[0], 3), 2);
	close(pair[0]);
	close(pair[1]);
}

/* Until the peer reads. */
static void ends_a_write_that_nobody_reads(void **state)
{
	(void)state;
	int pair[2];
	struct shot_watched call;
	char bytes[4096] = {0};
	make_pair(pair);
	shot_watchdog_begin(&call, pair[0]);
	while (send(pair[0], bytes, sizeof bytes, MSG_NOSIGNAL) > 0) {
	}
	shot_watchdog_end(&call);
	close(pair[0]);
	close(pair[1]);
}

static atomic_bool is_over;

/* A byte after every second look, until nobody reads. */
static void *send_slowly(void *fd)
{
	do {
		atomic_store(&looks, 2);
		while (atomic_load(&looks) > 0 && !atomic_load(&is_over)) {
			poll(NULL, 0, 1);
		}
	} while (!atomic_load(&is_over) && send(*(int *)fd, "x", 1, MSG_NOSIGNAL) == 1);
	return NULL;
}

static size_t receive_slowly(size_t size)
{
	int pair[2];
	pthread_t thread;
	make_pair(pair);
	atomic_store(&is_over, false);
	atomic_store(&looks, 0);
	assert_int_equal(shot_thread_start(&thread, send_slowly, &pair[1]), 0);
	size_t got = read_all(pair[0], size);
	atomic_store(&is_over, true);
	pthread_join(thread, NULL);
	atomic_store(&looks, -1);
	close(pair[0]);
	close(pair[1]);
	return got;
}

static void lets_what_is_slow_come(void **state)
{
	(void)state;
	assert_int_equal(receive_slowly(2 * SHOT_WATCHDOG_STILL_S), 2 * SHOT_WATCHDOG_STILL_S);
}

static void ends_what_comes_without_end(void **state)
{
	(void)state;
	assert_in_range(receive_slowly(SHOT_WATCHDOG_MOST_S), SHOT_WATCHDOG_MOST_S / 2 - 2,
		SHOT_WATCHDOG_MOST_S / 2);
}

/* A thread that had no processor, and has it between the watchdog's two questions: for its time,
 * and for what waits at its socket. */
static void leaves_a_thread_that_reads_meanwhile(void **state)
{
	(void)state;
	int pair[2];
	struct shot_watched call;
	char byte;
	make_pair(pair);
	assert_int_equal(write(pair[1], "x", 1), 1);
	atomic_store(&looks, 0);
	shot_watchdog_begin(&call, pair[0]);
	atomic_store(&read_then, pair[0]);
	atomic_store(&looks, SHOT_WATCHDOG_STILL_S + 1);
	while (atomic_load(&looks) > 0) {
		poll(NULL, 0, 1000); /* without any work */
	}
	assert_int_equal(send(pair[1], "y", 1, MSG_NOSIGNAL), 1);
	assert_int_equal(recv(pair[0], &byte, 1, MSG_DONTWAIT), 1);
	assert_int_equal(byte, 'y');
	shot_watchdog_end(&call);
	atomic_store(&read_then, -1);
	atomic_store(&looks, -1);
	close(pair[0]);
	close(pair[1]);
}

/* A socket whose calls are over is left alone, however long it is silent. */
static void looks_at_no_call_that_is_over(void **state)
{
	(void)state;
	int pair[2], other[2];
	struct shot_watched first, second;
	char byte;
	make_pair(pair);
	make_pair(other);
	shot_watchdog_begin(&first, pair[0]);
	shot_watchdog_begin(&second, other[0]);
	shot_watchdog_end(&first);
	shot_watchdog_end(&second);
	assert_int_equal(read_all(other[0], 1), 0);
	assert_int_equal(write(pair[1], "x", 1), 1);
	assert_int_equal(read(pair[0], &byte, 1), 1);
	close(pair[0]);
	close(pair[1]);
	close(other[0]);
	close(other[1]);
}

static void rests_when_it_is_told(void **state)
{
	(void)state;
	struct shot_watched call;
	shot_watchdog_rest();
	poll(NULL, 0, 500);
	int before = count_threads(); /* an emulator has threads of its own */
	shot_watchdog_begin(&call, -1);
	shot_watchdog_end(&call);
	assert_true(are_threads(before + 1));
	shot_watchdog_rest();
	assert_true(are_threads(before));
	shot_watchdog_rest();
	ends_a_read_of_what_never_comes(state);
}

static void watches_in_a_child_as_well(void **state)
{
	struct shot_watched call;
	int status;
	shot_watchdog_begin(&call, -1);
	pid_t child = fork();
	if (child == 0) {
		alarm(30);
		ends_a_read_of_what_never_comes(state);
		_exit(0);
	}
	shot_watchdog_end(&call);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_a_read_of_what_never_comes),
		cmocka_unit_test(ends_a_write_that_nobody_reads),
		cmocka_unit_test(lets_what_is_slow_come),
		cmocka_unit_test(ends_what_comes_without_end),
		cmocka_unit_test(leaves_a_thread_that_reads_meanwhile),
		cmocka_unit_test(looks_at_no_call_that_is_over),
		cmocka_unit_test(rests_when_it_is_told),
		cmocka_unit_test(watches_in_a_child_as_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
