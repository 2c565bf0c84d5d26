/* What comes over a connection is counted, and its end is noticed. */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/hostile_client.h"

static void test_received(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	struct hostile *hostile = hostile_start(&plan);
	struct shot_grabber *grabber = open_display(NULL, false, &err);
	assert_non_null(grabber);
	struct shot_source *source = grabber->source;
	const struct shot_source_kind *kind = source->kind;
	uint64_t before = kind->received(source);
	assert_true(before > 0);
	assert_true(kind->take_events(source, &err));
	assert_int_equal(before, kind->received(source));
	for (int round = 0; round < 3; round++) {
		source->is_stale = true;
		kind->ask_layout(source);
		kind->flush(source);
		hostile_settle(hostile);
		assert_true(kind->take_events(source, &err));
		assert_true(kind->received(source) > before);
		before = kind->received(source);
	}
	shot_grabber_close(grabber);
	hostile_stop(hostile);
}

/* An event of which the compositor sent a part. libwayland waits for the rest, since 1.23 for ever.
 */
static void test_cut(void **state)
{
	static const char *const paths[] = {"wl-screencopy", "wl-copy"};
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		uint32_t color;
		SAY(&plan, HOSTILE_COPY, EVENT(CUT));
		SAY(&plan, HOSTILE_FRAME, EVENT(CUT));
		struct hostile *hostile = hostile_start(&plan);
		struct shot_grabber *grabber = open_display(paths[i], false, &err);
		assert_non_null(grabber);
		assert_string_equal("ELOST", capture(grabber, &root, &color, &err));
		assert_false(grabber->source->kind->check(grabber->source, &err));
		shot_grabber_close(grabber);
		hostile_stop(hostile);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_received),
		cmocka_unit_test(test_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
