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
#include "wayland/scratch.h"

static struct hostile *hostile;
static struct shot_grabber *grabber;

static void begin(const struct hostile_plan *plan, bool damage)
{
	struct shot_error err;
	hostile = hostile_start(plan);
	grabber = open_display("wl-scratch", damage, &err);
	assert_non_null(grabber);
}

static void end(void)
{
	shot_grabber_close(grabber);
	hostile_stop(hostile);
}

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
		begin(&plan, false);
		struct rlimit before = limit_descriptors(count);
		const char *code = capture(grabber, &root, &color, &err);
		setrlimit(RLIMIT_NOFILE, &before);
		assert_string_equal("EMFILE", code);
		assert_string_equal("", capture(grabber, &root, &color, &err));
		assert_int_equal(0x204060, color & 0xffffff);
		end();
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
		begin(&plan, damage);
		for (int round = 0; round < 3; round++) {
			assert_string_equal("", capture(grabber, &root, &color, &err));
			assert_int_equal(0x204060, color & 0xffffff);
		}
		const struct shot_wayland *wayland = shot_wayland_of(grabber->source);
		bool is_mirrored = wayland->scratches[SHOT_WAYLAND_TILE_SCRATCHES].data;
		assert_int_equal(damage, is_mirrored); /* captures leave the mirrors theirs */
		end();
	}
}

/* What one capture gives back, another one that waits takes at once, whoever is polled. */
static void test_waiting(void **state)
{
	enum { OUTPUTS = SHOT_WAYLAND_TILE_SCRATCHES * 2 / 3 };
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_request *requests[2];
	struct shot_frame frame;
	struct shot_error err;
	plan.outputs = OUTPUTS;
	SAY(&plan, HOSTILE_COPY, EVENT(HOLD), EVENT(FILL, 0x204060), EVENT(FLAGS, 0), EVENT(READY));
	begin(&plan, false);
	for (int i = 0; i < 2; i++) {
		requests[i] = shot_request_begin(grabber, &root, 1, &grabber->pool.buffers, &err);
		assert_non_null(requests[i]);
	}
	for (int round = 0; round < 20; round++) {
		hostile_settle(hostile);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(
				SHOT_POLL_WAITING, shot_request_poll(requests[i], &frame, &err));
		}
		grabber->source->kind->flush(grabber->source);
	}
	assert_int_equal(SHOT_WAYLAND_TILE_SCRATCHES, hostile_tick(hostile));
	assert_string_equal("", await_capture(requests[0], grabber, 20, &frame, &err));
	shot_view_unref(&frame.view);
	assert_int_equal(2 * OUTPUTS, hostile_count(hostile, "frame_v1.copy("));
	assert_int_equal(2 * OUTPUTS - SHOT_WAYLAND_TILE_SCRATCHES, hostile_tick(hostile));
	assert_string_equal("", await_capture(requests[1], grabber, 20, &frame, &err));
	shot_view_unref(&frame.view);
	end();
}

/* The compositor hears of them at once, too: whoever polls may only wait then. */
static void test_more_than_there_are(void **state)
{
	enum { OUTPUTS = SHOT_WAYLAND_TILE_SCRATCHES + 8 };
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_frame frame;
	struct shot_error err;
	plan.outputs = OUTPUTS;
	SAY(&plan, HOSTILE_COPY, EVENT(HOLD), EVENT(FILL, 0x204060), EVENT(FLAGS, 0), EVENT(READY));
	begin(&plan, false);
	struct shot_request *request =
		shot_request_begin(grabber, &root, 1, &grabber->pool.buffers, &err);
	assert_non_null(request);
	for (int i = 0; i < 20; i++) {
		hostile_settle(hostile);
		assert_int_equal(SHOT_POLL_WAITING, shot_request_poll(request, &frame, &err));
	}
	assert_int_equal(SHOT_WAYLAND_TILE_SCRATCHES, hostile_count(hostile, "frame_v1.copy("));
	assert_int_equal(SHOT_WAYLAND_TILE_SCRATCHES, hostile_tick(hostile));
	assert_int_equal(SHOT_POLL_WAITING, shot_request_poll(request, &frame, &err));
	assert_int_equal(OUTPUTS, hostile_count(hostile, "frame_v1.copy("));
	assert_int_equal(8, hostile_tick(hostile));
	assert_string_equal("", await_capture(request, grabber, 20, &frame, &err));
	shot_view_unref(&frame.view);
	end();
}

/* One that is large enough is used again, else the largest is made larger. */
static void test_choice(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	begin(&plan, false);
	struct shot_wayland *wayland = shot_wayland_of(grabber->source);
	struct shot_wayland_scratch *first = shot_wayland_scratch_take(wayland, true, 4096, &err);
	struct shot_wayland_scratch *second = shot_wayland_scratch_take(wayland, true, 9000, &err);
	struct shot_wayland_scratch *third = shot_wayland_scratch_take(wayland, true, 6000, &err);
	first->is_used = second->is_used = third->is_used = false;
	assert_ptr_equal(second, shot_wayland_scratch_take(wayland, true, 7000, &err));
	assert_ptr_equal(first, shot_wayland_scratch_take(wayland, true, 100, &err));
	first->is_used = second->is_used = false;
	assert_ptr_equal(second, shot_wayland_scratch_take(wayland, true, 10000, &err));
	assert_ptr_equal(third, shot_wayland_scratch_take(wayland, true, 8000, &err));
	assert_int_equal(4096, first->size);
	assert_int_equal(8000, third->size);
	struct shot_wayland_scratch *mirror = shot_wayland_scratch_take(wayland, false, 10, &err);
	assert_ptr_equal(&wayland->scratches[SHOT_WAYLAND_TILE_SCRATCHES], mirror);
	second->is_used = third->is_used = mirror->is_used = false;
	assert_null(shot_wayland_scratch_take(wayland, true, (size_t)INT32_MAX + 1, &err));
	assert_string_equal("ENOMEM", err.code);
	end();
}

/* A buffer that the compositor writes into stays when idle ones are freed. */
static void test_trim(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	struct shot_frame frame;
	begin(&plan, false);
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
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_many_outputs),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_more_than_there_are),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_trim),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
