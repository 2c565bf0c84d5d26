/* Buffers of the source's own, with a compositor that has many outputs, and without descriptors. */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/resource.h>
#include <unistd.h>

#include "support/hostile_client.h"

/* Only the next `count` descriptors can be opened. */
static struct rlimit limit_descriptors(rlim_t count)
{
	struct rlimit before, now;
	int lowest = dup(STDIN_FILENO);
	close(lowest);
	getrlimit(RLIMIT_NOFILE, &before);
	now = before;
	now.rlim_cur = (rlim_t)lowest + count;
	setrlimit(RLIMIT_NOFILE, &now);
	return before;
}

/* A buffer needs one descriptor, and libwayland another to pass it on. */
static void test_no_descriptors(void **state)
{
	(void)state;
	for (rlim_t count = 0; count < 2; count++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		uint32_t color = 0;
		struct hostile *hostile = hostile_start(&plan);
		struct shot_grabber *grabber = open_display("wl-scratch", false, &err);
		assert_non_null(grabber);
		struct rlimit before = limit_descriptors(count);
		const char *code = capture(grabber, &root, &color, &err);
		setrlimit(RLIMIT_NOFILE, &before);
		assert_string_equal("EMFILE", code);
		assert_string_equal("", capture(grabber, &root, &color, &err));
		assert_int_equal(0x204060, color & 0xffffff);
		shot_grabber_close(grabber);
		hostile_stop(hostile);
	}
}

/* More outputs than buffers may be in use: captures wait for one another, mirrors do without. */
static void test_many_outputs(void **state)
{
	(void)state;
	for (int damage = 0; damage < 2; damage++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		uint32_t color = 0;
		plan.outputs = 40;
		struct hostile *hostile = hostile_start(&plan);
		struct shot_grabber *grabber = open_display("wl-scratch", damage, &err);
		assert_non_null(grabber);
		for (int round = 0; round < 3; round++) {
			assert_string_equal("", capture(grabber, &root, &color, &err));
			assert_int_equal(0x204060, color & 0xffffff);
		}
		shot_grabber_close(grabber);
		hostile_stop(hostile);
	}
}

/* A buffer that the compositor writes into stays when idle ones are freed. */
static void test_trim(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	struct shot_frame frame;
	struct hostile *hostile = hostile_start(&plan);
	struct shot_grabber *grabber = open_display("wl-scratch", false, &err);
	assert_non_null(grabber);
	struct shot_request *request =
		shot_request_begin(grabber, &root, 1, &grabber->pool.buffers, &err);
	assert_non_null(request);
	int64_t deadline = shot_deadline_in(20);
	enum shot_poll outcome = shot_request_poll(request, &frame, &err);
	while (outcome == SHOT_POLL_WAITING && shot_clock_ns() < deadline) {
		shot_grabber_trim(grabber);
		wait_for(grabber, deadline);
		outcome = shot_request_poll(request, &frame, &err);
	}
	assert_int_equal(SHOT_POLL_DONE, outcome);
	assert_int_equal(0x60, frame.view.data[0]);
	shot_view_unref(&frame.view);
	shot_grabber_close(grabber);
	hostile_stop(hostile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_many_outputs),
		cmocka_unit_test(test_trim),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
