/* SIGBUS of mappings that are not guarded goes to the handler that was there before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/guard.h"

#define GUARDED 41
#define PLAIN 42
#define WITH_ADDRESS 43

static uint8_t *lost; /* where the unguarded mapping begins, which has no page any more */

static void leave_plain(int number)
{
	_exit(number == SIGBUS ? PLAIN : 1);
}

static void leave_with_address(int number, siginfo_t *info, void *context)
{
	_exit(number == SIGBUS && info->si_addr == lost && context ? WITH_ADDRESS : 1);
}

static uint8_t *map_lost_page(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int fd = memfd_create("peer", MFD_CLOEXEC);
	if (ftruncate(fd, (off_t)page) < 0) {
		_exit(2);
	}
	uint8_t *data = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (data == MAP_FAILED || ftruncate(fd, 0) < 0) {
		_exit(2);
	}
	return data;
}

/* How a process ends that reads a lost page: a guarded one first, then, if `bare`, another. */
static int read_lost_pages(const struct sigaction *before, bool bare)
{
	pid_t child = fork();
	if (child == 0) {
		struct shot_error err;
		sigaction(SIGBUS, before, NULL);
		volatile uint8_t *data = map_lost_page();
		struct shot_guard *guard =
			shot_guard_add((void *)data, (size_t)sysconf(_SC_PAGESIZE), &err);
		lost = map_lost_page();
		if (!guard || data[0] != 0 || !shot_guard_is_corrupt(guard)) {
			_exit(2);
		}
		if (bare) {
			_exit(*(volatile uint8_t *)lost);
		}
		shot_guard_remove(guard);
		_exit(GUARDED);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_plain_handler_gets_the_rest(void **state)
{
	(void)state;
	const struct sigaction action = {.sa_handler = leave_plain};
	assert_int_equal(read_lost_pages(&action, false), GUARDED);
	assert_int_equal(read_lost_pages(&action, true), PLAIN);
}

static void a_handler_with_details_gets_the_rest(void **state)
{
	(void)state;
	const struct sigaction action = {
		.sa_sigaction = leave_with_address, .sa_flags = SA_SIGINFO};
	assert_int_equal(read_lost_pages(&action, false), GUARDED);
	assert_int_equal(read_lost_pages(&action, true), WITH_ADDRESS);
}

/* What becomes of a process that is sent the signal: what waitpid tells. */
static int send(void (*before)(int number))
{
	pid_t child = fork();
	if (child == 0) {
		struct shot_error err;
		signal(SIGBUS, before);
		volatile uint8_t *data = map_lost_page();
		if (!shot_guard_add((void *)data, (size_t)sysconf(_SC_PAGESIZE), &err)) {
			_exit(2);
		}
		kill(getpid(), SIGBUS);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void one_that_was_sent_does_what_it_did(void **state)
{
	(void)state;
	int status = send(SIG_DFL);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	status = send(SIG_IGN);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	status = send(leave_plain);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == PLAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_handler_gets_the_rest),
		cmocka_unit_test(a_handler_with_details_gets_the_rest),
		cmocka_unit_test(one_that_was_sent_does_what_it_did),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
