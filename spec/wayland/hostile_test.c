/* A compositor that lies, refuses, never answers or dies: captures end with an error that says so,
 * in time, and nothing is leaked or lent to two. */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "capture/watch.h"
#include "support/descriptors.h"
#define PATIENCE 0.3
#include "support/hostile_client.h"

/* By that plan: what opening or capturing comes to. The color of the first pixel, where there is
 * one. */
static const char *outcome_of(const struct hostile_plan *plan, const char *path, uint32_t *color)
{
	static struct shot_error err;
	const char *code = NULL;
	struct hostile *hostile = hostile_start(plan);
	struct shot_grabber *grabber = open_display(path, false, &err);
	code = grabber ? capture(grabber, &root, color, &err) : err.code;
	if (*code && strcmp(code, "ETIMEDOUT") != 0) {
		assert_true(strlen(err.message) > 10);
	}
	shot_grabber_close(grabber);
	hostile_stop(hostile);
	return code;
}

static void assert_outcome(const struct hostile_plan *plan, const char *path, const char *code)
{
	uint32_t color = 0;
	int before = count_descriptors();
	const char *got = outcome_of(plan, path, &color);
	if (strcmp(got, code) != 0) {
		fail_msg("%s: %s expected, got %s", path, code, got);
	}
	if (!*code) {
		assert_int_equal(0x204060, color & 0xffffff);
	}
	assert_int_equal(before, count_descriptors());
}

static void test_honest(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	for (plan.version = 1; plan.version <= 3; plan.version++) {
		assert_outcome(&plan, "wl-screencopy", "");
		assert_outcome(&plan, "wl-scratch", "");
	}
	plan.version = 3;
	assert_outcome(&plan, "wl-copy", "");
	plan.has_screencopy = false;
	assert_outcome(&plan, "wl-screencopy", "ENOTSUP");
	assert_outcome(&plan, NULL, "");
	plan.has_ext = false;
	assert_outcome(&plan, NULL, "ENOTSUP");
	plan.has_screencopy = true;
	assert_outcome(&plan, "wl-copy", "ENOTSUP");
}

/* The first version of screencopy cannot wait until something is drawn. */
static void test_too_old(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	plan.version = 1;
	struct hostile *hostile = hostile_start(&plan);
	assert_null(open_display("wl-screencopy", true, &err));
	assert_string_equal("ENOTSUP", err.code);
	assert_non_null(strstr(err.message, "older than version 2"));
	hostile_stop(hostile);
}

/* Channels in another order, rows with a margin, and 16 bits, are the same picture. */
static void test_other_formats(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	SAY(&plan, HOSTILE_CAPTURE, EVENT(BUFFER, XBGR, 64, 48, 256), EVENT(BUFFER_DONE));
	SAY(&plan, HOSTILE_COPY, EVENT(FILL, 0x604020), EVENT(READY));
	assert_outcome(&plan, "wl-screencopy", "");
	SAY(&plan, HOSTILE_CAPTURE, EVENT(BUFFER, XBGR, 64, 48, 300), EVENT(BUFFER_DONE));
	assert_outcome(&plan, "wl-screencopy", "");
	SAY(&plan, HOSTILE_SESSION, EVENT(SIZE, 64, 48), EVENT(FORMAT, YUYV), EVENT(FORMAT, XBGR),
		EVENT(KNOWN));
	SAY(&plan, HOSTILE_FRAME, EVENT(FILL, 0x604020), EVENT(TRANSFORM, 0), EVENT(READY));
	assert_outcome(&plan, "wl-copy", "");
	SAY(&plan, HOSTILE_SESSION, EVENT(SIZE, 64, 48), EVENT(FORMAT, XRGB), EVENT(FORMAT, XBGR),
		EVENT(FORMAT, YUYV), EVENT(KNOWN)); /* the one that needs no work is taken */
	SAY(&plan, HOSTILE_FRAME, EVENT(FILL, 0x204060), EVENT(TRANSFORM, 0), EVENT(READY));
	assert_outcome(&plan, "wl-copy", "");
}

struct lie {
	const char *code;
	struct hostile_event events[4];
};

static void test_lies_of_buffers(void **state)
{
	static const struct lie lies[] = {
		{"EVISUAL", {EVENT(BUFFER, YUYV, 64, 48, 256), EVENT(BUFFER_DONE)}},
		{"EGEOMETRY", {EVENT(BUFFER, XRGB, 0, 48, 256), EVENT(BUFFER_DONE)}},
		{"EGEOMETRY", {EVENT(BUFFER, XRGB, 64, -1, 256), EVENT(BUFFER_DONE)}},
		{"EGEOMETRY", {EVENT(BUFFER, XRGB, 40000, 48, 160000), EVENT(BUFFER_DONE)}},
		{"EGEOMETRY", {EVENT(BUFFER, XRGB, 64, 48, 4), EVENT(BUFFER_DONE)}},
		{"EGEOMETRY", {EVENT(BUFFER, XRGB, 64, 48, 128), EVENT(BUFFER_DONE)}},
		{"EGEOMETRY", {EVENT(BUFFER, XRGB, 64, 48, -1), EVENT(BUFFER_DONE)}},
		{"EGEOMETRY", {EVENT(BUFFER, XRGB, 64, 48, 0), EVENT(BUFFER_DONE)}},
		{"EGEOMETRY", {EVENT(BUFFER, XRGB, 32, 48, 128), EVENT(BUFFER_DONE)}},
		{"EGEOMETRY", {EVENT(BUFFER, XRGB, 64, 24, 256), EVENT(BUFFER_DONE)}},
		{"", {EVENT(BUFFER, XRGB, 128, 96, 512), EVENT(BUFFER_DONE)}},
		{"ENOMEM", {EVENT(BUFFER, XRGB, 32767, 32767, 32767 * 8), EVENT(BUFFER_DONE)}},
		{"ENOTSUP", {EVENT(DMABUF, XRGB, 64, 48), EVENT(BUFFER_DONE)}},
		{"ENOTSUP", {EVENT(BUFFER_DONE)}},
		{"EXERROR", {EVENT(READY)}},
		{"EGEOMETRY", {EVENT(FAILED)}},
		{"ETIMEDOUT", {EVENT(BUFFER, XRGB, 64, 48, 256)}},
		{"EGEOMETRY", {EVENT(REMOVE), EVENT(FAILED)}},
		{"ELOST", {EVENT(REFUSE)}},
		{"ELOST", {EVENT(DIE)}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct hostile_plan plan = hostile_honest();
		hostile_say(&plan, HOSTILE_CAPTURE, lies[i].events, 4);
		const char *code = lies[i].code;
		bool is_removed = lies[i].events[0].what == HOSTILE_REMOVE;
		assert_outcome(&plan, "wl-screencopy", is_removed ? "ENOMONITOR" : code);
	}
}

static void test_lies_of_copies(void **state)
{
	static const struct lie lies[] = {
		{"", {EVENT(FILL, 0x204060), EVENT(FLAGS, -1), EVENT(READY)}},
		{"", {EVENT(FILL, 0x204060), EVENT(DAMAGE, -1, -1, -1, -1), EVENT(READY)}},
		{"", {EVENT(FILL, 0x204060), EVENT(BUFFER, XRGB, 1, 1, 4), EVENT(READY)}},
		{"", {EVENT(FILL, 0x204060), EVENT(BUFFER_DONE), EVENT(READY)}},
		{"", {EVENT(FILL, 0x204060), EVENT(READY), EVENT(READY), EVENT(FAILED)}},
		{"EGEOMETRY", {EVENT(FAILED), EVENT(READY)}},
		{"ETIMEDOUT", {EVENT(FLAGS, 0)}},
		{"ELOST", {EVENT(REFUSE)}},
		{"ELOST", {EVENT(DIE)}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct hostile_plan plan = hostile_honest();
		hostile_say(&plan, HOSTILE_COPY, lies[i].events, 4);
		assert_outcome(&plan, "wl-screencopy", lies[i].code);
		assert_outcome(&plan, "wl-scratch", lies[i].code);
	}
}

static void test_lies_of_sessions(void **state)
{
	static const struct lie lies[] = {
		{"EVISUAL", {EVENT(SIZE, 64, 48), EVENT(FORMAT, YUYV), EVENT(KNOWN)}},
		{"ENOTSUP", {EVENT(SIZE, 64, 48), EVENT(KNOWN)}},
		{"EGEOMETRY", {EVENT(FORMAT, XRGB), EVENT(KNOWN)}},
		{"EGEOMETRY", {EVENT(SIZE, -1, 48), EVENT(FORMAT, XRGB), EVENT(KNOWN)}},
		{"EGEOMETRY", {EVENT(SIZE, 64, 1 << 30), EVENT(FORMAT, XRGB), EVENT(KNOWN)}},
		{"EGEOMETRY", {EVENT(SIZE, 32, 24), EVENT(FORMAT, XRGB), EVENT(KNOWN)}},
		{"EGEOMETRY", {EVENT(STOPPED)}},
		{"EGEOMETRY", {EVENT(SIZE, 64, 48), EVENT(STOPPED), EVENT(KNOWN)}},
		{"ETIMEDOUT", {EVENT(SIZE, 64, 48), EVENT(FORMAT, XRGB)}},
		{"ELOST", {EVENT(DIE)}},
	};
	static const struct lie frames[] = {
		{"", {EVENT(FILL, 0x204060), EVENT(DAMAGE, -5, -5, 1 << 30, -1), EVENT(READY)}},
		{"EGEOMETRY", {EVENT(TRANSFORM, 1), EVENT(READY)}},
		{"", {EVENT(FILL, 0x204060), EVENT(TRANSFORM, 77), EVENT(READY)}},
		{"EGEOMETRY", {EVENT(FAILED, 0)}},
		{"EGEOMETRY", {EVENT(FAILED, 1), EVENT(READY)}},
		{"EGEOMETRY", {EVENT(FAILED, 2)}},
		{"EGEOMETRY", {EVENT(FAILED, 999)}},
		{"ETIMEDOUT", {EVENT(TRANSFORM, 0)}},
		{"ELOST", {EVENT(DIE)}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct hostile_plan plan = hostile_honest();
		hostile_say(&plan, HOSTILE_SESSION, lies[i].events, 4);
		assert_outcome(&plan, "wl-copy", lies[i].code);
	}
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		struct hostile_plan plan = hostile_honest();
		hostile_say(&plan, HOSTILE_FRAME, frames[i].events, 4);
		assert_outcome(&plan, "wl-copy", frames[i].code);
	}
}

static void test_lies_of_outputs(void **state)
{
	static const struct lie lies[] = {
		{"ENOTSUP", {EVENT(DONE)}},
		{"ENOTSUP", {EVENT(MODE, 0, 48), EVENT(DONE)}},
		{"ENOTSUP", {EVENT(MODE, -64, -48), EVENT(DONE)}},
		{"ENOTSUP", {EVENT(MODE, 1 << 30, 48), EVENT(DONE)}},
		{"ENOTSUP", {EVENT(MODE, 64, 1 << 30), EVENT(DONE)}},
		{"", {EVENT(MODE, 64, 48), EVENT(SCALE, 0), EVENT(DONE)}},
		{"", {EVENT(MODE, 64, 48), EVENT(SCALE, -7), EVENT(NAME, 2)}},
		{"", {EVENT(MODE, 64, 48), EVENT(SCALE, INT32_MAX), EVENT(NAME, 3)}},
		{"", {EVENT(MODE, 64, 48), EVENT(GEOMETRY, 0, INT32_MIN, INT32_MAX, 4)}},
		{"", {EVENT(MODE, 64, 48), EVENT(GEOMETRY, 9, 0, 0, 2), EVENT(NAME, 4)}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct hostile_plan plan = hostile_honest();
		hostile_say(&plan, HOSTILE_OUTPUT, lies[i].events, 4);
		assert_outcome(&plan, "wl-screencopy", lies[i].code);
	}
	struct hostile_plan plan = hostile_honest();
	SAY(&plan, HOSTILE_OUTPUT, EVENT(GEOMETRY, 0x34324241), EVENT(MODE, 64, 48), EVENT(DONE));
	assert_outcome(&plan, "wl-scratch", "");
	plan.outputs = 80;
	assert_outcome(&plan, "wl-screencopy", "");
	plan.outputs = 0;
	assert_outcome(&plan, "wl-screencopy", "ENOTSUP");
}

/* How long a capture may wait for the next frame, by the rate of the output. */
static void test_rates(void **state)
{
	static const struct {
		int32_t refresh;
		int64_t frame_ns;
	} rates[] = {{60000, 16666666}, {1000, 1000000000}, {999, 0}, {1, 0}, {0, 0}, {-60000, 0},
		{INT32_MAX, 465}};
	(void)state;
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		SAY(&plan, HOSTILE_OUTPUT, EVENT(MODE, 64, 48, rates[i].refresh), EVENT(DONE));
		struct hostile *hostile = hostile_start(&plan);
		struct shot_grabber *grabber = open_display(NULL, false, &err);
		assert_non_null(grabber);
		assert_int_equal(rates[i].frame_ns, grabber->source->frame_ns);
		shot_grabber_close(grabber);
		hostile_stop(hostile);
	}
}

/* An output that goes while its capture is under way: the capture is over, and the slot free. */
static void test_output_leaves(void **state)
{
	static const struct {
		const char *path;
		enum hostile_when when;
	} cases[] = {{"wl-screencopy", HOSTILE_COPY}, {"wl-copy", HOSTILE_FRAME},
		{"wl-copy", HOSTILE_SESSION}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		uint32_t color;
		SAY(&plan, cases[i].when, EVENT(REMOVE));
		struct hostile *hostile = hostile_start(&plan);
		struct shot_grabber *grabber = open_display(cases[i].path, false, &err);
		assert_non_null(grabber);
		assert_string_equal("ENOMONITOR", capture(grabber, &root, &color, &err));
		assert_int_equal(0, shot_pool_held(&grabber->pool));
		shot_grabber_close(grabber);
		hostile_stop(hostile);
	}
}

/* A capture that is never answered keeps its slot until the compositor has heard that nobody wants
 * it; then all go on. */
static void test_silence(void **state)
{
	static const char *const path[] = {"wl-screencopy", "wl-copy", "wl-scratch"};
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct hostile_plan plan = hostile_honest(), honest = plan;
		struct shot_error err;
		uint32_t color = 0;
		plan.on[HOSTILE_COPY].count = plan.on[HOSTILE_FRAME].count = 0;
		struct hostile *hostile = hostile_start(&plan);
		struct shot_grabber *grabber = open_display(path[i], false, &err);
		assert_non_null(grabber);
		assert_string_equal("ETIMEDOUT", capture(grabber, &root, &color, &err));
		int64_t deadline = shot_deadline_in(5);
		while (shot_pool_held(&grabber->pool) > 0 && shot_clock_ns() < deadline) {
			wait_for(grabber, deadline);
			assert_true(shot_grabber_take_events(grabber, &err));
		}
		assert_int_equal(0, shot_pool_held(&grabber->pool));
		hostile_change(hostile, &honest);
		assert_string_equal("", capture(grabber, &root, &color, &err));
		assert_int_equal(0x204060, color & 0xffffff);
		shot_grabber_close(grabber);
		hostile_stop(hostile);
	}
}

/* With damage: a compositor whose screen is never still, one that tells nothing, and one that
 * fails. */
static void test_mirror(void **state)
{
	static const char *const path[] = {"wl-screencopy", "wl-copy"};
	static const struct lie lies[] = {
		{"", {EVENT(FILL, 0x204060), EVENT(DAMAGE, 0, 0, 64, 48), EVENT(READY)}},
		{"", {EVENT(FILL, 0x204060), EVENT(READY)}},
		{"", {EVENT(FILL, 0x204060), EVENT(DAMAGE, -9, 7, 1 << 30, -1), EVENT(READY)}},
		{"EGEOMETRY", {EVENT(FAILED)}},
		{"ETIMEDOUT", {EVENT(FLAGS)}},
		{"ELOST", {EVENT(DIE)}},
	};
	(void)state;
	for (size_t i = 0; i < 2 * sizeof lies / sizeof *lies; i++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		uint32_t color = 0;
		int before = count_descriptors();
		const struct lie *lie = &lies[i / 2];
		hostile_say(&plan, HOSTILE_COPY, lie->events, 4);
		hostile_say(&plan, HOSTILE_FRAME, lie->events, 4);
		struct hostile *hostile = hostile_start(&plan);
		struct shot_grabber *grabber = open_display(path[i % 2], true, &err);
		assert_non_null(grabber);
		for (int round = 0; round < 3; round++) {
			assert_string_equal(lie->code, capture(grabber, &root, &color, &err));
		}
		struct shot_watch *watch =
			shot_watch_create(grabber->source, (struct shot_rect){0, 0, 64, 48}, &err);
		shot_grabber_take_events(grabber, &err);
		shot_watch_destroy(watch);
		shot_grabber_close(grabber);
		hostile_stop(hostile);
		assert_int_equal(before, count_descriptors());
	}
}

/* A new picture without a word of what was drawn is new everywhere. */
static void test_mirror_without_damage(void **state)
{
	static const char *const path[] = {"wl-screencopy", "wl-copy"};
	static const enum hostile_when when[] = {HOSTILE_COPY, HOSTILE_FRAME};
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		uint32_t color = 0;
		SAY(&plan, when[i], EVENT(FILL, 0x204060), EVENT(READY));
		struct hostile *hostile = hostile_start(&plan);
		struct shot_grabber *grabber = open_display(path[i], true, &err);
		assert_non_null(grabber);
		assert_string_equal("", capture(grabber, &root, &color, &err));
		assert_int_equal(0x204060, color & 0xffffff);
		SAY(&plan, when[i], EVENT(FILL, 0x604020), EVENT(READY));
		hostile_change(hostile, &plan);
		int64_t deadline = shot_deadline_in(20);
		while ((color & 0xffffff) != 0x604020 && shot_clock_ns() < deadline) {
			assert_string_equal("", capture(grabber, &root, &color, &err));
		}
		assert_int_equal(0x604020, color & 0xffffff);
		shot_grabber_close(grabber);
		hostile_stop(hostile);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_too_old),
		cmocka_unit_test(test_other_formats),
		cmocka_unit_test(test_lies_of_buffers),
		cmocka_unit_test(test_lies_of_copies),
		cmocka_unit_test(test_lies_of_sessions),
		cmocka_unit_test(test_lies_of_outputs),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_output_leaves),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_mirror),
		cmocka_unit_test(test_mirror_without_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
