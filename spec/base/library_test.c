#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/library.h"

static void finds_every_function(void **state)
{
	(void)state;
	struct shot_error err;
	const char *const names[] = {"cos", "sin", NULL};
	void *found[2] = {NULL, NULL};
	assert_true(shot_library_load("libm.so.6", names, found, &err));
	double (*cosine)(double);
	memcpy(&cosine, &found[0], sizeof cosine);
	assert_true(cosine(0) == 1);
	assert_non_null(found[1]);
}

static void names_what_is_missing(void **state)
{
	(void)state;
	struct shot_error err;
	const char *const names[] = {"cos", "luashot_has_no_such_function", NULL};
	void *found[2];
	assert_false(shot_library_load("libluashot-none.so.1", names, found, &err));
	assert_string_equal(err.code, "ENOTSUP");
	assert_non_null(strstr(err.message, "cannot load a library: libluashot-none.so.1"));
	assert_false(shot_library_load("libm.so.6", names, found, &err));
	assert_string_equal(err.code, "ENOTSUP");
	assert_string_equal(err.message, "libm.so.6 has no luashot_has_no_such_function");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_function),
		cmocka_unit_test(names_what_is_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
