#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
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
	static const char *const packages[][2] = {{"libluashot-none.so.7", "libluashot-none7"},
		{"/none/libluashot16.so.16", "libluashot16-16"}, {"/none/libz.so.1", "zlib1g"},
		{"/none/libedit.so.0", "libedit2"}};
	for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
		char wanted[64];
		snprintf(wanted, sizeof wanted, " (Debian: %s)", packages[i][1]);
		assert_false(shot_library_load(packages[i][0], names, found, &err));
		const char *at = strstr(err.message, wanted);
		assert_non_null(at);
		assert_string_equal(at, wanted); /* the end */
	}
	assert_false(shot_library_load("/none/luv.so", names, found, &err));
	assert_null(strstr(err.message, "Debian"));
	assert_false(shot_library_load("libm.so.6", names, found, &err));
	assert_string_equal(err.code, "ENOTSUP");
	assert_string_equal(err.message, "libm.so.6 has no luashot_has_no_such_function");
}

static void names_the_option_that_left_something_out(void **state)
{
	(void)state;
	struct shot_error err;
	assert_false(shot_library_left_out("videos", "LUASHOT_VIDEO", &err));
	assert_string_equal(err.code, "ENOTSUP");
	assert_string_equal(err.message,
		"this luashot was built without videos (configure it with -DLUASHOT_VIDEO=ON)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_function),
		cmocka_unit_test(names_what_is_missing),
		cmocka_unit_test(names_the_option_that_left_something_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
