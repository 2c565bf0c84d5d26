#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fork.h"

/* What `look` returns in a child. */
static int in_child(int (*look)(const void *argument), const void *argument)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		_exit(look(argument));
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int is_other(const void *generation)
{
	return *(const unsigned *)generation != shot_fork_generation();
}

static void tells_a_child(void **state)
{
	(void)state;
	unsigned generation = shot_fork_generation();
	assert_int_equal(in_child(is_other, &generation), 1);
	assert_int_equal(shot_fork_generation(), generation);
}

static int writes(const void *fd)
{
	return (int)write(*(const int *)fd, "x", 1);
}

static int counts(int fd)
{
	char bytes[8];
	ssize_t count = read(fd, bytes, sizeof bytes);
	return count < 0 ? 0 : (int)count;
}

static void keeps_a_child_from_what_is_guarded(void **state)
{
	(void)state;
	int first[2], second[2];
	assert_int_equal(pipe(first), 0);
	assert_int_equal(pipe(second), 0);
	fcntl(first[0], F_SETFL, O_NONBLOCK);
	fcntl(second[0], F_SETFL, O_NONBLOCK);
	struct shot_fork_guard a, b;
	shot_fork_guard_begin(&a, first[1]);
	shot_fork_guard_begin(&b, second[1]);
	assert_int_equal(in_child(writes, &first[1]), 1); /* into nothing */
	assert_int_equal(in_child(writes, &second[1]), 1);
	assert_int_equal(counts(first[0]) + counts(second[0]), 0);
	shot_fork_guard_end(&b);
	assert_int_equal(in_child(writes, &second[1]), 1);
	assert_int_equal(in_child(writes, &first[1]), 1);
	assert_int_equal(counts(second[0]), 1);
	assert_int_equal(counts(first[0]), 0);
	shot_fork_guard_end(&a);
	shot_fork_guard_end(&a); /* a second time is allowed */
	assert_int_equal(in_child(writes, &first[1]), 1);
	assert_int_equal(counts(first[0]), 1);
	assert_int_equal(write(first[1], "y", 1), 1); /* the parent's were never touched */
	for (int i = 0; i < 2; i++) {
		close(first[i]);
		close(second[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_a_child),
		cmocka_unit_test(keeps_a_child_from_what_is_guarded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
