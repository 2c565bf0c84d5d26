/* Windows of a compositor that lies: their list, their captures, and a connection that ends
 * meanwhile.
 */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "support/hostile_client.h"
#include "wayland/window.h"

static struct hostile *hostile;
static struct shot_grabber *grabber;

static void begin(const struct hostile_plan *plan)
{
	struct shot_error err;
	hostile = hostile_start(plan);
	grabber = open_display(NULL, false, &err);
	assert_non_null(grabber);
}

static void end(void)
{
	shot_grabber_close(grabber);
	hostile_stop(hostile);
}

static struct shot_windows *query(void)
{
	struct shot_error err;
	struct shot_windows *windows = shot_windows_query(grabber->source, true, &err);
	assert_non_null(windows);
	return windows;
}

static enum shot_poll wait_for_list(struct shot_windows *windows, struct shot_error *err)
{
	int64_t deadline = shot_deadline_in(20);
	enum shot_poll outcome = windows->kind->poll_windows(windows, err);
	while (outcome == SHOT_POLL_WAITING && shot_clock_ns() < deadline) {
		wait_for(grabber, deadline);
		outcome = windows->kind->poll_windows(windows, err);
	}
	return outcome;
}

static const char *capture_window(uint32_t id, struct shot_error *err)
{
	uint32_t color;
	return capture(grabber, &(struct shot_target){.kind = SHOT_TARGET_WINDOW, .window = id},
		&color, err);
}

/* What they say of themselves, and captures of those that close, or are too many. */
static void test_names(void **state)
{
	(void)state;
	for (int32_t name = 0; name < 5; name++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		SAY(&plan, HOSTILE_LIST, EVENT(TOPLEVEL, name, name == 1 ? 200 : 3, 0),
			EVENT(TOPLEVEL, 1, 2, 1));
		begin(&plan);
		struct shot_windows *windows = query();
		assert_int_equal(SHOT_POLL_DONE, wait_for_list(windows, &err));
		assert_true(windows->count == (name == 1 ? 200 : 3));
		for (size_t i = 0; i < windows->count; i++) {
			assert_null(strpbrk(windows->list[i].title, "\n\x1b"));
			assert_int_equal(64, windows->list[i].rect.width);
		}
		uint32_t id = windows->list[0].id;
		assert_int_equal(SHOT_POLL_DONE, windows->kind->poll_windows(windows, &err));
		windows->kind->destroy_windows(windows);
		assert_string_equal("", capture_window(id, &err));
		assert_string_equal("ENOWINDOW", capture_window(99999, &err));
		SAY(&plan, HOSTILE_FRAME, EVENT(FAILED, 2));
		hostile_change(hostile, &plan);
		assert_string_equal("EAGAIN", capture_window(id, &err));
		end();
	}
}

/* What a list has: the latest one first, each with its own number and names. */
static void test_list(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	SAY(&plan, HOSTILE_LIST, EVENT(TOPLEVEL, 5, 2, 0), EVENT(TOPLEVEL, 3, 1, 0),
		EVENT(TOPLEVEL, 2, 1, 0), EVENT(TOPLEVEL, 0, 1, 1));
	begin(&plan);
	for (int round = 0; round < 2; round++) { /* the list is followed once */
		struct shot_windows *windows = query();
		assert_int_equal(SHOT_POLL_DONE, wait_for_list(windows, &err));
		assert_int_equal(4, windows->count);
		for (size_t i = 0; i < 4; i++) {
			const struct shot_window *it = &windows->list[i];
			static const char *const expected[] = {
				"a b [31mc", "\ufffd\ufffd not UTF-8", "Größe", "Größe"};
			const char *name = expected[i];
			assert_int_equal(4 - i, it->id);
			assert_string_equal(name, it->title);
			assert_string_equal(name, it->class_name);
			assert_true(it->is_viewable);
			assert_int_equal(0, it->pid);
		}
		windows->kind->destroy_windows(windows);
	}
	assert_int_equal(1, hostile_count(hostile, ", ext_foreign_toplevel_list_v1, "));
	assert_int_equal(1, hostile_count(hostile, "toplevel_handle_v1.destroy()"));
	end();
}

/* No windows are a list, too. */
static void test_none(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	plan.on[HOSTILE_LIST].count = 0;
	begin(&plan);
	struct shot_windows *windows = query();
	assert_int_equal(SHOT_POLL_DONE, wait_for_list(windows, &err));
	assert_int_equal(0, windows->count);
	assert_int_equal(SHOT_POLL_DONE, windows->kind->poll_windows(windows, &err));
	windows->kind->destroy_windows(windows);
	end();
}

/* Windows and places of the screen in one capture: each is found, and what is no window is not
 * looked for. */
static void test_search(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	SAY(&plan, HOSTILE_LIST, EVENT(TOPLEVEL, 0, 2));
	begin(&plan);
	struct shot_source *source = grabber->source;
	const struct shot_source_kind *kind = source->kind;
	const struct shot_target targets[] = {
		{.kind = SHOT_TARGET_REGION, .rect = {0, 0, 9, 9}, .window = 2},
		{.kind = SHOT_TARGET_WINDOW, .window = 2},
		{.kind = SHOT_TARGET_WINDOW, .window = 1},
	};
	struct shot_window_search *search = kind->create_search(source, targets, 3, &err);
	assert_non_null(search);
	for (int round = 0; round < 2; round++) {
		kind->begin_search(search);
		enum shot_poll outcome = kind->poll_search(search, &err);
		for (int64_t deadline = shot_deadline_in(20);
			outcome == SHOT_POLL_WAITING && shot_clock_ns() < deadline;) {
			assert_true(kind->wake_search(search) == SHOT_FOREVER);
			wait_for(grabber, deadline);
			outcome = kind->poll_search(search, &err);
		}
		assert_int_equal(SHOT_POLL_DONE, outcome);
		assert_null(kind->search_place(search, 0));
		for (unsigned i = 1; i < 3; i++) {
			const struct shot_window_place *place = kind->search_place(search, i);
			assert_int_equal(3 - i, place->window.id);
			assert_int_equal(3 - i, place->surface.window);
			assert_int_equal(64, place->outside.width);
			assert_int_equal(48, place->outside.height);
		}
		bool same = false;
		kind->ask_search_again(search);
		assert_int_equal(SHOT_POLL_DONE, kind->poll_search_again(search, &same, &err));
		assert_true(same);
	}
	/* Sessions of searches end with them. */
	assert_int_equal(2, hostile_count(hostile, "session_v1.destroy()"));
	hostile_forget(hostile);
	kind->destroy_search(search);
	kind->flush(source);
	assert_int_equal(2, hostile_count(hostile, "session_v1.destroy()"));
	end();
}

/* Whoever asks whether a window is still the same hears that the connection is lost. */
static void test_lost(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	SAY(&plan, HOSTILE_SESSION, EVENT(REFUSE));
	begin(&plan);
	struct shot_source *source = grabber->source;
	const struct shot_source_kind *kind = source->kind;
	const struct shot_target target = {.kind = SHOT_TARGET_WINDOW, .window = 1};
	struct shot_window_search *search = kind->create_search(source, &target, 1, &err);
	assert_non_null(search);
	kind->begin_search(search);
	enum shot_poll outcome = kind->poll_search(search, &err);
	for (int64_t deadline = shot_deadline_in(20);
		outcome == SHOT_POLL_WAITING && shot_clock_ns() < deadline;) {
		wait_for(grabber, deadline);
		outcome = kind->poll_search(search, &err);
	}
	assert_int_equal(SHOT_POLL_FAILED, outcome);
	bool same;
	assert_int_equal(SHOT_POLL_FAILED, kind->poll_search_again(search, &same, &err));
	assert_string_equal("ELOST", err.code);
	kind->destroy_search(search);
	end();
}

/* A window whose session says nothing that there can be has no size, and is not captured. */
static void test_sizes(void **state)
{
	static const struct hostile_event sessions[][5] = {
		{EVENT(SIZE, 64, 48), EVENT(FORMAT, XRGB), EVENT(KNOWN), EVENT(FORMAT, XBGR),
			EVENT(KNOWN)}, /* the new constraints replace the old ones */
		{EVENT(STOPPED), EVENT(SIZE, 64, 48), EVENT(KNOWN)},
		{EVENT(SIZE, 64, 48), EVENT(FORMAT, XRGB), EVENT(DONE)},
		{EVENT(SIZE, 40000, 48), EVENT(FORMAT, XRGB), EVENT(KNOWN)},
		{EVENT(SIZE, 64, 40000), EVENT(FORMAT, XRGB), EVENT(KNOWN)},
	};
	(void)state;
	for (size_t i = 0; i < sizeof sessions / sizeof *sessions; i++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		hostile_say(&plan, HOSTILE_SESSION, sessions[i], 5);
		begin(&plan);
		struct shot_windows *windows = query();
		assert_int_equal(SHOT_POLL_DONE, wait_for_list(windows, &err));
		assert_int_equal(1, windows->count);
		assert_true(shot_rect_is_empty(windows->list[0].rect));
		assert_string_equal("EHIDDEN", capture_window(windows->list[0].id, &err));
		windows->kind->destroy_windows(windows);
		end();
	}
}

/* Lists that are awaited when the connection ends, and one that nobody wants any more. */
static void test_ends(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	begin(&plan);
	struct shot_windows *left = query(), *dropped = query();
	dropped->kind->destroy_windows(dropped);
	assert_null(shot_windows_query(grabber->source, false, &err));
	assert_string_equal("ENOTSUP", err.code);
	end();
	assert_int_equal(SHOT_POLL_FAILED, left->kind->poll_windows(left, &err));
	assert_string_equal("ELOST", err.code);
	left->kind->destroy_windows(left);

	SAY(&plan, HOSTILE_LIST, EVENT(REFUSE));
	begin(&plan);
	struct shot_windows *windows = query();
	assert_int_equal(SHOT_POLL_FAILED, wait_for_list(windows, &err));
	assert_string_equal("ELOST", err.code);
	windows->kind->destroy_windows(windows);
	assert_string_equal("ELOST", capture_window(1, &err));
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
