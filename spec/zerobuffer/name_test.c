#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "zerobuffer/name.h"

static void refuse(const char *text)
{
	struct zb_name name;
	struct shot_error err;
	if (zb_name_init(&name, text, &err)) {
		fail_msg("accepted \"%s\"", text);
	}
	assert_string_equal(err.code, "EINVAL");
}

static void test_names_that_are_refused(void **state)
{
	(void)state;
	refuse("");
	refuse(".");
	refuse("..");
	refuse("../x");
	refuse("/x");
	refuse("a/b");
	refuse("x/");
	refuse("a\nb");
	refuse("a\x7f");
	refuse("sem.sem-w-x");
	char text[ZB_NAME_MAX + 2] = {0};
	memset(text, 'x', sizeof text - 1);
	refuse(text);
}

static void test_what_a_name_stands_for(void **state)
{
	(void)state;
	struct zb_name name;
	struct shot_error err;
	assert_true(zb_name_init(&name, "door camera", &err));
	assert_string_equal(name.text, "door camera");
	assert_string_equal(name.object, "/dev/shm/door camera");
	assert_string_equal(name.data, "/dev/shm/sem.sem-w-door camera");
	assert_string_equal(name.space, "/dev/shm/sem.sem-r-door camera");
	assert_string_equal(name.lock, "door camera.lock");
	assert_true(zb_name_init(&name, "...", &err));
	assert_true(zb_name_init(&name, ".hidden", &err));
	assert_true(zb_name_init(&name, "semaphore", &err));
	char text[ZB_NAME_MAX + 1] = {0};
	memset(text, 'x', sizeof text - 1);
	assert_true(zb_name_init(&name, text, &err));
	assert_int_equal(strlen(name.object), 9 + ZB_NAME_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_that_are_refused),
		cmocka_unit_test(test_what_a_name_stands_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
