/* A machine of the other byte order, whose rings no other could read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ZB_IS_LITTLE_ENDIAN 0
#include "zerobuffer/name.c"

static void refuses_every_ring(void **state)
{
	(void)state;
	struct zb_name name;
	struct shot_error err;
	assert_false(zb_name_init(&name, "desk", &err));
	assert_string_equal("ENOTSUP", err.code);
	assert_string_equal("rings are little-endian, and this machine is not", err.message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(refuses_every_ring)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
