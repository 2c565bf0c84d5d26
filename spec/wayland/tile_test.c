/* Rectangles of outputs and windows, of a compositor each of whose pixels tells its place. */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "support/hostile_client.h"

enum { WIDTH = 64, HEIGHT = 48, DOWN = 10, TURNED = 1, INVERTED = 1 };

static const char *const paths[] = {"wl-screencopy", "wl-copy", "wl-scratch"};

static struct hostile *hostile;
static struct shot_grabber *grabber;

/* Two outputs side by side, the second one a little lower, turned by that transform. */
static struct hostile_plan two_outputs(int32_t transform)
{
	struct hostile_plan plan = hostile_honest();
	int32_t across = transform == TURNED ? HEIGHT : WIDTH;
	plan.outputs = 2;
	SAY(&plan, HOSTILE_OUTPUT, EVENT(ROW, across, DOWN, transform), EVENT(MODE, WIDTH, HEIGHT),
		EVENT(DONE));
	SAY(&plan, HOSTILE_CAPTURE, EVENT(FIT, XRGB, WIDTH, HEIGHT, 0), EVENT(BUFFER_DONE));
	SAY(&plan, HOSTILE_COPY, EVENT(PATTERN), EVENT(FLAGS, 0), EVENT(READY));
	SAY(&plan, HOSTILE_SESSION, EVENT(SIZE, WIDTH, HEIGHT), EVENT(FORMAT, XRGB), EVENT(KNOWN));
	SAY(&plan, HOSTILE_FRAME, EVENT(PATTERN), EVENT(TRANSFORM, transform), EVENT(READY));
	return plan;
}

static void begin(const struct hostile_plan *plan, const char *path, bool damage)
{
	struct shot_error err;
	hostile = hostile_start(plan);
	grabber = open_display(path, damage, &err);
	assert_non_null(grabber);
	hostile_forget(hostile);
}

static void end(void)
{
	assert_int_equal(0, shot_pool_held(&grabber->pool));
	shot_grabber_close(grabber);
	hostile_stop(hostile);
}

static struct shot_target region(int32_t x, int32_t y, int32_t width, int32_t height)
{
	return (struct shot_target){.kind = SHOT_TARGET_REGION, .rect = {x, y, width, height}};
}

static struct shot_request *send(const struct shot_target *target)
{
	struct shot_error err;
	struct shot_request *request =
		shot_request_begin(grabber, target, 1, &grabber->pool.buffers, &err);
	assert_non_null(request);
	return request;
}

/* The pixel of two outputs at a place of the root; black between them. */
static uint32_t expect_normal(int32_t x, int32_t y)
{
	unsigned output = x >= WIDTH;
	int32_t at_x = x - (output ? WIDTH : 0), at_y = y - (output ? DOWN : 0);
	return at_y < 0 || at_y >= HEIGHT ? 0 : hostile_pixel(output, at_x, at_y);
}

/* The same, when they are turned by a quarter: the last row is the first column. */
static uint32_t expect_turned(int32_t x, int32_t y)
{
	unsigned output = x >= HEIGHT;
	int32_t at_x = x - (output ? HEIGHT : 0), at_y = y - (output ? DOWN : 0);
	return at_y < 0 || at_y >= WIDTH ? 0 : hostile_pixel(output, at_y, HEIGHT - 1 - at_x);
}

/* The same pixel where red and blue are exchanged. */
static uint32_t exchange(uint32_t pixel)
{
	return (pixel & 0xff) << 16 | (pixel & 0xff00) | pixel >> 16;
}

static uint32_t expect_exchanged(int32_t x, int32_t y)
{
	return exchange(expect_normal(x, y));
}

/* Compare each pixel, and leave others in the slot: the next capture writes all of its own. */
static void check(struct shot_frame *frame, uint32_t (*expect)(int32_t x, int32_t y))
{
	uint8_t *pixels = (uint8_t *)(uintptr_t)frame->view.data;
	for (int32_t y = 0; y < frame->view.height; y++) {
		for (int32_t x = 0; x < frame->view.width; x++) {
			uint8_t *at = pixels + (size_t)y * frame->view.stride + 4 * (size_t)x;
			uint32_t pixel, expected = expect(frame->x + x, frame->y + y);
			memcpy(&pixel, at, 4);
			if ((pixel & 0xffffff) != expected) {
				fail_msg("%dx%d+%d+%d has %06x at %d,%d, not %06x",
					frame->view.width, frame->view.height, frame->x, frame->y,
					pixel & 0xffffff, x, y, expected);
			}
			memset(at, 0x5a, 4);
		}
	}
	shot_view_unref(&frame->view);
}

static void check_capture(struct shot_target target, uint32_t (*expect)(int32_t x, int32_t y))
{
	struct shot_frame frame;
	struct shot_error err;
	const char *code = capture_frame(grabber, &target, &frame, &err);
	if (*code) {
		fail_msg("%s: %s", code, err.message);
	}
	check(&frame, expect);
}

static void test_places(void **state)
{
	static const struct shot_rect rects[] = {{0, 0, 128, 58}, {0, 0, 64, 48}, {64, 10, 64, 48},
		{10, 20, 100, 30}, {0, 10, 64, 20}, {70, 15, 20, 10}, {60, 0, 10, 58},
		{0, 50, 64, 8}, {127, 57, 1, 1}};
	(void)state;
	for (size_t path = 0; path < sizeof paths / sizeof *paths; path++) {
		for (int damage = 0; damage < 2; damage++) {
			struct hostile_plan plan = two_outputs(0);
			begin(&plan, paths[path], damage);
			for (size_t i = 0; i < sizeof rects / sizeof *rects; i++) {
				struct shot_rect it = rects[i];
				check_capture(root, expect_normal);
				check_capture(
					region(it.x, it.y, it.width, it.height), expect_normal);
			}
			end();
		}
	}
}

static void test_turned(void **state)
{
	(void)state;
	for (size_t path = 0; path < sizeof paths / sizeof *paths; path++) {
		struct hostile_plan plan = two_outputs(TURNED);
		begin(&plan, paths[path], false);
		check_capture(root, expect_turned);
		check_capture(region(5, 20, 30, 40), expect_turned);
		check_capture(region(40, 0, 20, 70), expect_turned);
		end();
	}
}

/* A part is asked for as a part where its pixels are logical units, and nowhere else. */
static void test_parts(void **state)
{
	static const struct {
		const char *heard;
		struct hostile_event scale, place;
	} cases[] = {
		{"capture_output_region(n, 0, o, 0, 10, 64, 20)", EVENT(SCALE, 1),
			EVENT(PLACE, 0, 0, 64, 48)},
		{"capture_output(n, 0, o)", EVENT(SCALE, 2), EVENT(DONE)},
		{"capture_output(n, 0, o)", EVENT(SCALE, 1), EVENT(PLACE, 0, 0, 32, 24)},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct hostile_plan plan = two_outputs(0);
		plan.outputs = 1;
		plan.has_xdg = cases[i].place.what == HOSTILE_PLACE;
		SAY(&plan, HOSTILE_OUTPUT, EVENT(MODE, WIDTH, HEIGHT), cases[i].scale, EVENT(DONE));
		SAY(&plan, HOSTILE_XDG, cases[i].place);
		begin(&plan, "wl-screencopy", false);
		check_capture(region(0, 10, 64, 20), expect_normal);
		assert_int_equal(1, hostile_count(hostile, "screencopy_manager_v1.capture_output"));
		assert_int_equal(1, hostile_count(hostile, cases[i].heard));
		end();
	}
}

/* An output that has now the size of a part of what it was is not that part. */
static void test_shrunk(void **state)
{
	struct shot_error err;
	uint32_t color;
	(void)state;
	struct hostile_plan plan = two_outputs(0);
	SAY(&plan, HOSTILE_SESSION, EVENT(SIZE, WIDTH, 20), EVENT(FORMAT, XRGB), EVENT(KNOWN));
	begin(&plan, "wl-copy", false);
	struct shot_target part = region(0, 10, WIDTH, 20);
	assert_string_equal("EGEOMETRY", capture(grabber, &part, &color, &err));
	end();
}

static void check_bottom_up(const char *path, int32_t format, int32_t distance)
{
	struct hostile_plan plan = two_outputs(0);
	struct shot_frame frame;
	struct shot_error err;
	SAY(&plan, HOSTILE_CAPTURE, EVENT(FIT, format, WIDTH, HEIGHT, distance),
		EVENT(BUFFER_DONE));
	SAY(&plan, HOSTILE_COPY, EVENT(PATTERN), EVENT(FLAGS, INVERTED), EVENT(READY));
	begin(&plan, path, false);
	struct shot_target first = region(0, 0, WIDTH, HEIGHT);
	assert_string_equal("", capture_frame(grabber, &first, &frame, &err));
	for (int32_t y = 0; y < HEIGHT; y++) {
		uint32_t pixel, expected = hostile_pixel(0, 0, HEIGHT - 1 - y);
		memcpy(&pixel, frame.view.data + (size_t)y * frame.view.stride, 4);
		assert_int_equal(format == XBGR ? exchange(expected) : expected, pixel & 0xffffff);
	}
	shot_view_unref(&frame.view);
	end();
}

static void test_bottom_up(void **state)
{
	static const int32_t formats[] = {XRGB, XBGR};
	(void)state;
	for (size_t path = 0; path < 3; path += 2) { /* the other protocol has no such flag */
		for (int i = 0; i < 2; i++) {
			check_bottom_up(paths[path], formats[i], 0);
			check_bottom_up(paths[path], formats[i], 16);
		}
	}
}

/* Channels in another order, into the place itself, of an output that comes before another. */
static void test_each_is_delivered_once(void **state)
{
	struct shot_frame frame;
	struct shot_error err;
	(void)state;
	for (size_t path = 0; path < sizeof paths / sizeof *paths; path++) {
		struct hostile_plan plan = two_outputs(0);
		SAY(&plan, HOSTILE_CAPTURE, EVENT(FIT, XBGR, WIDTH, HEIGHT, 0), EVENT(BUFFER_DONE));
		SAY(&plan, HOSTILE_SESSION, EVENT(SIZE, WIDTH, HEIGHT), EVENT(FORMAT, XBGR),
			EVENT(KNOWN));
		SAY(&plan, HOSTILE_COPY, EVENT(PATTERN), EVENT(HOLD, 1), EVENT(READY));
		SAY(&plan, HOSTILE_FRAME, EVENT(PATTERN), EVENT(TRANSFORM, 0), EVENT(HOLD, 1),
			EVENT(READY));
		begin(&plan, paths[path], false);
		struct shot_target both[] = {region(0, 0, WIDTH, HEIGHT), region(64, 10, 64, 48)};
		struct shot_frame frames[2];
		struct shot_request *request =
			shot_request_begin(grabber, both, 2, &grabber->pool.buffers, &err);
		assert_non_null(request);
		struct shot_request *across = send(&root);
		for (int round = 0; round < 20; round++) {
			hostile_settle(hostile);
			assert_int_equal(
				SHOT_POLL_WAITING, shot_request_poll(request, frames, &err));
			assert_int_equal(
				SHOT_POLL_WAITING, shot_request_poll(across, &frame, &err));
		}
		assert_int_equal(2, hostile_tick(hostile));
		assert_string_equal("", await_capture(request, grabber, 20, frames, &err));
		assert_string_equal("", await_capture(across, grabber, 20, &frame, &err));
		check(&frames[0], expect_exchanged);
		check(&frames[1], expect_exchanged);
		check(&frame, expect_exchanged);
		end();
	}
}

/* One output refuses, and the other one still writes: the capture goes on. */
static void test_failure_waits_for_the_others(void **state)
{
	struct shot_frame frame;
	struct shot_error err;
	(void)state;
	for (size_t path = 0; path < sizeof paths / sizeof *paths; path++) {
		struct hostile_plan plan = two_outputs(0);
		SAY(&plan, HOSTILE_COPY, EVENT(HOLD, 1), EVENT(FAILED));
		SAY(&plan, HOSTILE_FRAME, EVENT(HOLD, 1), EVENT(FAILED));
		begin(&plan, paths[path], false);
		struct shot_request *request = send(&root);
		for (int round = 0; round < 20; round++) {
			hostile_settle(hostile);
			assert_int_equal(
				SHOT_POLL_WAITING, shot_request_poll(request, &frame, &err));
		}
		assert_int_equal(1, hostile_tick(hostile));
		struct hostile_plan honest = two_outputs(0);
		hostile_change(hostile, &honest);
		/* it is repeated, because the layout may have changed */
		assert_string_equal("", await_capture(request, grabber, 20, &frame, &err));
		check(&frame, expect_normal);
		end();
	}
}

/* The capture of an output goes on when another one is removed. */
static void test_another_output_leaves(void **state)
{
	struct shot_frame frame;
	struct shot_error err;
	(void)state;
	for (size_t path = 0; path < sizeof paths / sizeof *paths; path++) {
		struct hostile_plan plan = two_outputs(0);
		SAY(&plan, HOSTILE_COPY, EVENT(HOLD), EVENT(REMOVE, 1), EVENT(PATTERN),
			EVENT(READY));
		SAY(&plan, HOSTILE_FRAME, EVENT(HOLD), EVENT(REMOVE, 1), EVENT(PATTERN),
			EVENT(TRANSFORM, 0), EVENT(READY));
		begin(&plan, paths[path], false);
		struct shot_target first = region(0, 0, WIDTH, HEIGHT);
		struct shot_request *request = send(&first);
		for (int round = 0; round < 5; round++) {
			hostile_settle(hostile);
			assert_int_equal(
				SHOT_POLL_WAITING, shot_request_poll(request, &frame, &err));
		}
		assert_int_equal(1, hostile_tick(hostile));
		assert_string_equal("", await_capture(request, grabber, 20, &frame, &err));
		check(&frame, expect_normal);
		assert_int_equal(1, grabber->source->layout.count);
		end();
	}
}

/* The compositor hears at once that a capture is given up. */
static void test_cancel(void **state)
{
	struct shot_frame frame;
	struct shot_error err;
	(void)state;
	for (size_t path = 0; path < sizeof paths / sizeof *paths; path++) {
		struct hostile_plan plan = two_outputs(0);
		SAY(&plan, HOSTILE_COPY, EVENT(HOLD), EVENT(READY));
		SAY(&plan, HOSTILE_FRAME, EVENT(HOLD), EVENT(READY));
		begin(&plan, paths[path], false);
		struct shot_request *request = send(&root);
		hostile_settle(hostile);
		assert_int_equal(SHOT_POLL_WAITING, shot_request_poll(request, &frame, &err));
		hostile_settle(hostile);
		shot_request_cancel(request);
		assert_int_equal(2, hostile_count(hostile, "frame_v1.destroy()"));
		assert_int_equal(0, hostile_tick(hostile));
		assert_true(shot_grabber_take_events(grabber, &err));
		end();
	}
}

/* A picture with the pointer is not the mirror's. */
static void test_pointer(void **state)
{
	static const char *const with[] = {"capture_output(n, 1, o)", "create_session(n, o, 1)"};
	static const char *const without[] = {"capture_output(n, 0, o)", "create_session(n, o, 0)"};
	struct shot_error err;
	uint32_t color;
	(void)state;
	for (int path = 0; path < 2; path++) {
		for (int damage = 0; damage < 2; damage++) {
			struct hostile_plan plan = two_outputs(0);
			plan.outputs = 1;
			begin(&plan, paths[path], damage);
			struct shot_target pointer = root, plain = root;
			pointer.cursor = true;
			assert_string_equal("", capture(grabber, &plain, &color, &err));
			assert_int_equal(0, hostile_count(hostile, with[path]));
			assert_true(hostile_count(hostile, without[path]) > 0);
			assert_string_equal("", capture(grabber, &pointer, &color, &err));
			assert_int_equal(1, hostile_count(hostile, with[path]));
			end();
		}
	}
}

static struct shot_target window(int32_t x, int32_t y, int32_t width, int32_t height)
{
	return (struct shot_target){
		.kind = SHOT_TARGET_WINDOW, .window = 1, .rect = {x, y, width, height}};
}

static void list_windows(void)
{
	struct shot_error err;
	struct shot_windows *windows = shot_windows_query(grabber->source, true, &err);
	assert_non_null(windows);
	enum shot_poll outcome = SHOT_POLL_WAITING;
	for (int64_t deadline = shot_deadline_in(20);
		outcome == SHOT_POLL_WAITING && shot_clock_ns() < deadline;) {
		wait_for(grabber, deadline);
		outcome = windows->kind->poll_windows(windows, &err);
	}
	assert_int_equal(SHOT_POLL_DONE, outcome);
	assert_int_equal(1, windows->count);
	assert_int_equal(1, windows->list[0].id);
	windows->kind->destroy_windows(windows);
}

static void test_windows(void **state)
{
	static const struct shot_rect parts[] = {{0, 0, 0, 0}, {0, 0, 64, 48}, {13, 5, 30, 20},
		{0, 7, 64, 10}, {9, 0, 10, 48}, {0, 0, 32, 48}};
	(void)state;
	struct hostile_plan plan = two_outputs(0);
	begin(&plan, NULL, false);
	list_windows();
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct shot_frame frame;
		struct shot_error err;
		struct shot_target target =
			window(parts[i].x, parts[i].y, parts[i].width, parts[i].height);
		assert_string_equal("", capture_frame(grabber, &target, &frame, &err));
		frame.x = parts[i].x;
		frame.y = parts[i].y;
		check(&frame, expect_normal);
	}
	end();
}

/* A window that has, after it was found, the size of a part of what it was. */
static void test_shrunk_window(void **state)
{
	static const struct shot_rect parts[] = {{13, 5, 30, 20}, {0, 7, 64, 10}};
	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct shot_rect part = parts[i];
		struct hostile_plan plan = two_outputs(0);
		struct shot_frame frame;
		struct shot_error err;
		begin(&plan, NULL, false);
		list_windows();
		struct shot_target target = window(part.x, part.y, part.width, part.height);
		struct shot_request *request = send(&target);
		hostile_settle(hostile);
		assert_int_equal(SHOT_POLL_WAITING, shot_request_poll(request, &frame, &err));
		hostile_settle(hostile); /* it has told the window's size */
		SAY(&plan, HOSTILE_SESSION, EVENT(SIZE, part.width, part.height),
			EVENT(FORMAT, XRGB), EVENT(KNOWN));
		hostile_change(hostile, &plan);
		assert_string_equal("EGEOMETRY", await_capture(request, grabber, 20, &frame, &err));
		end();
	}
}

/* Nothing shows through windows; of an output, the fourth byte is the compositor's. */
static void test_opacity(void **state)
{
	struct shot_frame frame;
	struct shot_error err;
	(void)state;
	struct hostile_plan plan = two_outputs(0);
	SAY(&plan, HOSTILE_SESSION, EVENT(SIZE, WIDTH, HEIGHT), EVENT(FORMAT, ARGB), EVENT(KNOWN));
	SAY(&plan, HOSTILE_FRAME, EVENT(FILL, 0x12345678), EVENT(TRANSFORM, 0), EVENT(READY));
	begin(&plan, "wl-copy", false);
	list_windows();
	struct shot_target targets[] = {window(0, 0, 0, 0), root};
	for (int i = 0; i < 2; i++) {
		assert_string_equal("", capture_frame(grabber, &targets[i], &frame, &err));
		assert_int_equal(0x78, frame.view.data[0]);
		assert_int_equal(i == 0 ? 0xff : 0x12, frame.view.data[3]);
		shot_view_unref(&frame.view);
	}
	end();
}

/* A window that is closed after it was found. */
static void test_closed_window(void **state)
{
	struct shot_error err;
	uint32_t color;
	(void)state;
	struct hostile_plan plan = two_outputs(0);
	begin(&plan, NULL, false);
	list_windows();
	SAY(&plan, HOSTILE_SESSION, EVENT(SIZE, WIDTH, HEIGHT), EVENT(FORMAT, XRGB), EVENT(KNOWN),
		EVENT(CLOSE));
	hostile_change(hostile, &plan);
	struct shot_target closed = window(0, 0, 0, 0);
	assert_string_equal("ENOWINDOW", capture(grabber, &closed, &color, &err));
	end();
}

/* More than one piece of attached memory can have. */
static void test_reach(void **state)
{
	struct shot_error err;
	(void)state;
	struct hostile_plan plan = two_outputs(0);
	SAY(&plan, HOSTILE_OUTPUT, EVENT(MODE, 32000, 8500), EVENT(DONE));
	begin(&plan, NULL, false);
	struct shot_target both[] = {root, root};
	assert_null(shot_request_begin(grabber, both, 2, &grabber->pool.buffers, &err));
	assert_string_equal("ENOMEM", err.code);
	assert_non_null(strstr(err.message, "2 GiB at most"));
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_turned),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_shrunk),
		cmocka_unit_test(test_bottom_up),
		cmocka_unit_test(test_each_is_delivered_once),
		cmocka_unit_test(test_failure_waits_for_the_others),
		cmocka_unit_test(test_another_output_leaves),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_pointer),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_shrunk_window),
		cmocka_unit_test(test_opacity),
		cmocka_unit_test(test_closed_window),
		cmocka_unit_test(test_reach),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
