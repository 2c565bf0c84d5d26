/* A luashot of 32 bits, for whose system calls there is no filter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HAS_64_BITS 0
#include "process/sandbox.c"

static void refuses_every_script(void **state)
{
	(void)state;
	struct shot_error err;
	for (int without_landlock = 0; without_landlock < 2; without_landlock++) {
		struct shot_sandbox sandbox = {.without_landlock = without_landlock};
		assert_false(shot_sandbox_check(&sandbox, &err));
		assert_string_equal("ENOTSUP", err.code);
		assert_string_equal("--sandbox: this luashot has 32 bits, and the sandbox needs 64",
			err.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(refuses_every_script)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
