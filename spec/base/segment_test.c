/* link: --wrap=memfd_create --wrap=ftruncate --wrap=fcntl --wrap=mmap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/segment.h"
#include "support/descriptors.h"
#include "support/failing.h"

static void is_shared_sealed_memory(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_segment segment;
	int fd;
	assert_true(shot_segment_create(&segment, 10000, &fd, &err));
	assert_int_equal(segment.size, 10000);
	assert_int_equal(fcntl(fd, F_GETFD, 0) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(ftruncate(fd, 1), -1);
	assert_int_equal(ftruncate(fd, 20000), -1);
	assert_int_equal(pwrite(fd, "seen", 4, 9996), 4);
	assert_memory_equal(segment.data + 9996, "seen", 4);
	assert_false(shot_segment_is_corrupt(&segment));
	close(fd);
	segment.data[0] = 1;
	shot_segment_finish(&segment);
	assert_null(segment.data);
	shot_segment_finish(&segment);
}

static void leaves_nothing_behind_when_a_step_fails(void **state)
{
	(void)state;
	const char *steps[][2] = {{"memfd_create", "EMFILE"}, {"ftruncate", "ENOSPC"},
		{"fcntl", "EPERM"}, {"mmap", "ENOMEM"}};
	int before = count_descriptors();
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		struct shot_error err = {0};
		struct shot_segment segment = {0};
		int fd = -1;
		failing = steps[i][0];
		bool ok = shot_segment_create(&segment, 4096, &fd, &err);
		failing = "";
		assert_false(ok);
		assert_string_equal(err.code, steps[i][1]);
		assert_null(segment.data);
		assert_int_equal(fd, -1);
	}
	struct shot_error err;
	struct shot_segment segment = {0};
	int fd = -1;
	assert_false(shot_segment_create(&segment, 0, &fd, &err));
	assert_false(shot_segment_create(&segment, SIZE_MAX - 65535, &fd, &err));
	assert_false(shot_segment_create_private(&segment, 0, &err));
	assert_false(shot_segment_create_private(&segment, SIZE_MAX - 65535, &err));
	assert_int_equal(count_descriptors(), before);
}

/* A peer's object of two pages that shrinks to one. */
static void survives_a_peer_that_truncates(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_segment segment, other;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int fd = memfd_create("peer", MFD_CLOEXEC);
	assert_int_equal(ftruncate(fd, (off_t)(2 * page)), 0);
	assert_true(shot_segment_map(&segment, fd, 2 * page, &err));
	assert_true(shot_segment_map(&other, fd, page, &err));
	memset(segment.data, 7, 2 * page);
	assert_int_equal(ftruncate(fd, (off_t)page), 0);
	assert_int_equal(((volatile uint8_t *)segment.data)[page - 1], 7);
	assert_false(shot_segment_is_corrupt(&segment));
	assert_int_equal(((volatile uint8_t *)segment.data)[page], 0);
	assert_true(shot_segment_is_corrupt(&segment));
	assert_false(shot_segment_is_corrupt(&other));
	((volatile uint8_t *)segment.data)[2 * page - 1] = 1;
	shot_segment_finish(&segment);
	shot_segment_finish(&other);
	close(fd);
}

static void leaves_other_bus_errors_alone(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		/* A sanitizer would report it and exit. */
		signal(SIGBUS, SIG_DFL);
		struct shot_error err;
		struct shot_segment segment;
		size_t page = (size_t)sysconf(_SC_PAGESIZE);
		int fd = memfd_create("peer", MFD_CLOEXEC);
		if (ftruncate(fd, (off_t)page) < 0 || !shot_segment_map(&segment, fd, page, &err)) {
			_exit(1);
		}
		uint8_t *bare = __real_mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
		if (ftruncate(fd, 0) < 0) {
			_exit(1);
		}
		_exit(*(volatile uint8_t *)bare);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

static void guards_as_many_as_it_says(void **state)
{
	(void)state;
	static uint8_t memory[1024];
	struct shot_guard *guards[1024];
	struct shot_error err;
	for (size_t i = 0; i < 1024; i++) {
		guards[i] = shot_guard_add(&memory[i], 1, &err);
		assert_non_null(guards[i]);
	}
	assert_null(shot_guard_add(memory, 1, &err));
	assert_string_equal(err.code, "ENOMEM");
	shot_guard_remove(guards[500]);
	guards[500] = shot_guard_add(memory, 1, &err);
	assert_non_null(guards[500]);
	for (size_t i = 0; i < 1024; i++) {
		shot_guard_remove(guards[i]);
	}
}

static void test_a_limit_of_the_size(void **state)
{
	(void)state;
	struct shot_segment segment;
	struct shot_error err;
	struct rlimit before, limit;
	getrlimit(RLIMIT_FSIZE, &before);
	limit = (struct rlimit){4096, before.rlim_max};
	setrlimit(RLIMIT_FSIZE, &limit);
	struct shot_segment private;
	int fd = -1;
	bool large = shot_segment_create(&segment, 4097, &fd, &err);
	struct shot_error ignored;
	bool small = shot_segment_create(&segment, 4096, &fd, &ignored);
	bool no_file = shot_segment_create_private(&private, 1 << 20, &ignored);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_false(large);
	assert_string_equal(err.code, "EFBIG");
	assert_true(small);
	assert_true(no_file);
	private.data[(1 << 20) - 1] = 1;
	close(fd);
	shot_segment_finish(&segment);
	shot_segment_finish(&private);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_limit_of_the_size),
		/* First, while no handler is installed: a child starts with none. */
		cmocka_unit_test(leaves_other_bus_errors_alone),
		cmocka_unit_test(is_shared_sealed_memory),
		cmocka_unit_test(leaves_nothing_behind_when_a_step_fails),
		cmocka_unit_test(survives_a_peer_that_truncates),
		cmocka_unit_test(guards_as_many_as_it_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
