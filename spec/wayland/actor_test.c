/* An actor for a compositor that lets nobody act. */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "support/hostile.h"
#include "wayland/actor.h"

/* Whether it can act is found out when that is asked for. */
static void test_cannot_act(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	struct hostile *hostile = hostile_start(&plan);
	assert_true(shot_wayland_actor.load(&err));
	assert_null(shot_wayland_actor.open(NULL, -1, &err));
	assert_string_equal("ENOTSUP", err.code);
	assert_non_null(
		strstr(err.message, "the compositor lacks zwlr_virtual_pointer_manager_v1"));
	hostile_stop(hostile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cannot_act)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
