/* What may never return, and what it says when it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "process/attempt.h"

static bool succeed(void *argument, struct shot_error *err)
{
	(void)err;
	*(int *)argument = 1;
	return true;
}

static bool fail_with_code(void *argument, struct shot_error *err)
{
	return shot_fail(err, "EBUSY", "%s is busy", (const char *)argument);
}

static bool never_return(void *argument, struct shot_error *err)
{
	(void)err;
	while (argument) {
		pause();
	}
	return true;
}

static bool die(void *argument, struct shot_error *err)
{
	(void)err;
	signal(SIGABRT, SIG_DFL);
	return argument && raise(SIGKILL) == 0;
}

static void nothing_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void says_what_came_of_it(void **state)
{
	(void)state;
	int touched = 0;
	char name[] = "it";
	struct shot_error err;
	assert_true(shot_attempt_run(succeed, &touched, shot_deadline_in(60), "late", &err));
	assert_int_equal(touched, 0);
	assert_false(shot_attempt_run(fail_with_code, name, shot_deadline_in(60), "late", &err));
	assert_string_equal(err.code, "EBUSY");
	assert_string_equal(err.message, "it is busy");
	assert_false(shot_attempt_run(die, name, shot_deadline_in(60), "late", &err));
	assert_string_equal(err.code, "EIO");
	nothing_is_left();
}

static void ends_what_does_not(void **state)
{
	(void)state;
	char name[] = "it";
	struct shot_error err;
	int64_t begin = shot_clock_ns();
	assert_false(
		shot_attempt_run(never_return, name, shot_deadline_in(0.05), "it is late", &err));
	assert_true(shot_clock_ns() - begin < 30 * SHOT_NS_PER_S);
	assert_string_equal(err.code, "ETIMEDOUT");
	assert_string_equal(err.message, "it is late");
	nothing_is_left();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_came_of_it),
		cmocka_unit_test(ends_what_does_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
