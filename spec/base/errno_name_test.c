#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/errno_name.h"

enum { MANY = 4096 }; /* the kernel's numbers are below it */

static void names_what_this_system_has(void **state)
{
	(void)state;
	assert_string_equal("EPERM", shot_errno_name(EPERM));
	assert_string_equal("ETIMEDOUT", shot_errno_name(ETIMEDOUT));
	assert_string_equal("EHWPOISON", shot_errno_name(EHWPOISON));
}

static void knows_no_other(void **state)
{
	(void)state;
	assert_null(shot_errno_name(0));
	assert_null(shot_errno_name(-1));
	assert_null(shot_errno_name(INT32_MIN));
	assert_null(shot_errno_name(INT32_MAX));
	assert_null(shot_errno_name(MANY));
}

#ifdef __GLIBC__
static void agrees_with_the_C_library(void **state)
{
	(void)state;
	for (int number = 1; number < MANY; number++) {
		const char *theirs = strerrorname_np(number), *ours = shot_errno_name(number);
		if (theirs && number != ENOTSUP) { /* EOPNOTSUPP's other name */
			assert_non_null(ours);
			assert_string_equal(theirs, ours);
		} else if (!theirs) {
			assert_null(ours);
		}
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_this_system_has),
		cmocka_unit_test(knows_no_other),
#ifdef __GLIBC__
		cmocka_unit_test(agrees_with_the_C_library),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
