#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/error.h"

static void carries_code_and_message(void **state)
{
	(void)state;
	struct shot_error err;
	assert_false(shot_fail(&err, "EGEOMETRY", "region %d,%d", 3, 4));
	assert_string_equal(err.code, "EGEOMETRY");
	assert_string_equal(err.message, "region 3,4");
}

static void is_compared_by_its_code(void **state)
{
	(void)state;
	struct shot_error err;
	shot_fail(&err, "EBUSY", "no slot");
	assert_true(shot_error_is(&err, SHOT_EBUSY));
	assert_false(shot_error_is(&err, SHOT_EACCES));
	shot_fail_errno(&err, ETIMEDOUT, "slow");
	assert_true(shot_error_is(&err, SHOT_ETIMEDOUT));
#define CHECK(name) \
	err.code = #name; \
	assert_true(shot_error_is(&err, SHOT_##name));
	SHOT_ERROR_CODES(CHECK)
}

static void wants_nothing_unless_it_is_said(void **state)
{
	(void)state;
	struct shot_error err = {.want = SHOT_WANT_SLOT};
	shot_fail(&err, "EBUSY", "no slot");
	assert_int_equal(err.want, SHOT_WANT_NOTHING);
	err.want = SHOT_WANT_ROOM;
	shot_fail_errno(&err, EIO, "broken");
	assert_int_equal(err.want, SHOT_WANT_NOTHING);
}

static void names_the_system_error(void **state)
{
	(void)state;
	struct shot_error err;
	assert_false(shot_fail_errno(&err, ENOSPC, "cannot write %s", "a.png"));
	assert_string_equal(err.code, "ENOSPC");
	assert_string_equal(err.message, "cannot write a.png: No space left on device");
	shot_fail_errno(&err, 9999, "odd");
	assert_string_equal(err.code, "EUNKNOWN");
	assert_string_equal(err.message, "odd: unknown error");
}

static void holds_nothing_that_works_a_terminal(void **state)
{
	(void)state;
	struct shot_error err;
	shot_fail(&err, "EIO",
		"a\033[2Jb\x7f\001 \xc2\x9b"
		"c\n\td\xc2\xa0\xc3\xa4");
	assert_string_equal(err.message, "a?[2Jb?? ?\x9b"
					 "c\n\td\xc2\xa0\xc3\xa4");
	shot_fail_errno(&err, EIO, "\033%s", "\033");
	assert_string_equal(err.message, "??: Input/output error");
}

static void cuts_a_message_that_is_too_long(void **state)
{
	(void)state;
	struct shot_error err;
	char name[1000];
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	for (size_t length = 240; length < sizeof name; length++) {
		shot_fail_errno(&err, EIO, "%.*s", (int)length, name);
		assert_true(strlen(err.message) < sizeof err.message);
		assert_string_equal(err.code, "EIO");
	}
	shot_fail(&err, "EIO", "%s", name);
	assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_code_and_message),
		cmocka_unit_test(is_compared_by_its_code),
		cmocka_unit_test(wants_nothing_unless_it_is_said),
		cmocka_unit_test(names_the_system_error),
		cmocka_unit_test(holds_nothing_that_works_a_terminal),
		cmocka_unit_test(cuts_a_message_that_is_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
