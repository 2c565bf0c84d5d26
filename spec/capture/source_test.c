/* Captures from a picture in memory: what is capture's own runs without a server, and every answer
 * comes, fails or stays away when the test says so. */
/* with: support/painted.c */
/* link: --wrap=calloc --wrap=realloc --wrap=malloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "capture/grabber.h"
#include "capture/pace.h"
#include "capture/request.h"
#include "capture/request_list.h"
#include "capture/watch.h"
#include "support/descriptors.h"
#include "support/painted.h"

/* --- memory that ends
 * ----------------------------------------------------------------------------*/

static int granted = -1; /* allocations left; negative: all */

static bool is_granted(void)
{
	if (granted > 0) {
		granted--;
		return true;
	}
	return granted < 0;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return is_granted() ? __real_calloc(count, size) : NULL;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return is_granted() ? __real_malloc(size) : NULL;
}

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size)
{
	return is_granted() ? __real_realloc(block, size) : NULL;
}

/* --- a display
 * -----------------------------------------------------------------------------------*/

enum { WIDTH = 64, HEIGHT = 48, WINDOW = 7 };

static const struct shot_rect SCREEN = {0, 0, WIDTH, HEIGHT};

static struct shot_grabber *open_with(struct shot_grabber_options options)
{
	struct shot_error err;
	options.kind = &painted_source;
	options.display = "painted:64x48";
	options.slots = options.slots ? options.slots : 4;
	options.bytes = 1 << 24;
	struct shot_grabber *grabber = shot_grabber_open(&options, &err);
	if (!grabber) {
		fail_msg("%s", err.message);
	}
	struct painted *painted = painted_of(grabber->source);
	painted->windows[0] = (struct painted_window){WINDOW, {8, 8, 16, 12}, 0x112233};
	painted_draw(painted, SCREEN, 0x102030);
	painted_draw(painted, (struct shot_rect){8, 8, 16, 12}, 0x445566);
	painted->pointer_x = 20;
	painted->pointer_y = 20;
	return grabber;
}

static struct shot_grabber *open_damage(void)
{
	return open_with((struct shot_grabber_options){.damage = true});
}

static const struct shot_target ROOT = {.kind = SHOT_TARGET_ROOT};

static struct shot_request *must_begin(
	struct shot_grabber *grabber, const struct shot_target *target)
{
	struct shot_error err;
	struct shot_request *request =
		shot_request_begin(grabber, target, 1, &grabber->pool.buffers, &err);
	if (!request) {
		fail_msg("%s", err.message);
	}
	return request;
}

/* Answer one question after the other until the request is over. */
static enum shot_poll finish(struct shot_grabber *grabber, struct shot_request *request,
	struct shot_frame *frame, struct shot_error *err)
{
	enum shot_poll outcome;
	while ((outcome = shot_request_poll(request, frame, err)) == SHOT_POLL_WAITING) {
		if (painted_serve(painted_of(grabber->source), 1) == 0) {
			fail_msg("it waits for nothing");
		}
	}
	return outcome;
}

static void must_grab(
	struct shot_grabber *grabber, const struct shot_target *target, struct shot_frame *frame)
{
	struct shot_error err;
	if (finish(grabber, must_begin(grabber, target), frame, &err) != SHOT_POLL_DONE) {
		fail_msg("%s", err.message);
	}
}

static uint32_t pixel(const struct shot_frame *frame, int32_t x, int32_t y)
{
	uint32_t value;
	memcpy(&value, shot_view_row(&frame->view, y) + (size_t)x * 4, 4);
	return value & 0xffffff;
}

/* That a frame is what the screen shows now. */
static void check(struct shot_grabber *grabber, const struct shot_frame *frame)
{
	struct painted *painted = painted_of(grabber->source);
	for (int32_t y = 0; y < frame->view.height; y++) {
		for (int32_t x = 0; x < frame->view.width; x++) {
			assert_int_equal(pixel(frame, x, y),
				painted_color(painted, frame->x + x, frame->y + y));
		}
	}
}

static void grab_and_check(struct shot_grabber *grabber, const struct shot_target *target)
{
	struct shot_frame frame;
	must_grab(grabber, target, &frame);
	check(grabber, &frame);
	shot_view_unref(&frame.view);
}

/* Nothing is held, nothing on its way, and the next capture is right. */
static void check_idle(struct shot_grabber *grabber)
{
	shot_request_reap(grabber);
	struct shot_stats stats = shot_grabber_stats(grabber);
	assert_int_equal(stats.held, 0);
	assert_int_equal(stats.in_flight, 0);
	grab_and_check(grabber, &ROOT);
}

/* --- tests
 * ---------------------------------------------------------------------------------------*/

static void both_paths_bring_the_picture(void **state)
{
	(void)state;
	const char *const names[] = {NULL, "attached", "copied"};
	for (int i = 0; i < 3; i++) {
		struct shot_grabber *grabber =
			open_with((struct shot_grabber_options){.path = names[i]});
		const struct shot_target part = {
			.kind = SHOT_TARGET_REGION, .rect = {5, 6, 30, 20}};
		assert_string_equal(
			shot_grabber_stats(grabber).path, names[i] ? names[i] : "attached");
		grab_and_check(grabber, &ROOT);
		grab_and_check(grabber, &part);
		check_idle(grabber);
		shot_grabber_close(grabber);
	}
}

static void what_a_source_lacks_is_said_in_its_words(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_grabber *grabber = open_with((struct shot_grabber_options){0});
	const struct {
		enum shot_ability ability;
		struct shot_target target;
		const char *message;
	} cases[] = {
		{SHOT_ABILITY_CURSOR, {.kind = SHOT_TARGET_ROOT, .cursor = true},
			"cannot draw the cursor: the paint is wet"},
		{SHOT_ABILITY_POINTER, {.kind = SHOT_TARGET_CURSOR},
			"cannot query the pointer's place: the paint is wet"},
		{SHOT_ABILITY_WINDOWS, {.kind = SHOT_TARGET_WINDOW, .window = WINDOW},
			"the paint is wet"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		grabber->source->lacks[cases[i].ability] = "the paint is wet";
		assert_null(shot_request_begin(
			grabber, &cases[i].target, 1, &grabber->pool.buffers, &err));
		assert_string_equal(err.code, "ENOTSUP");
		assert_string_equal(err.message, cases[i].message);
		check_idle(grabber);
	}
	grabber->source->lacks[SHOT_ABILITY_CHANGES] = "the paint is wet";
	assert_null(shot_watch_create(grabber->source, SCREEN, &err));
	assert_null(shot_windows_query(grabber->source, true, &err));
	assert_string_equal(err.message, "cannot list windows: the paint is wet");
	shot_grabber_close(grabber);
	struct shot_grabber_options options = {.kind = &painted_source,
		.display = "painted:8x8",
		.slots = 1,
		.bytes = 4096,
		.path = "shm-fd"};
	assert_null(shot_grabber_open(&options, &err));
	assert_string_equal(err.message, "the picture has no path 'shm-fd'");
}

static void an_update_reads_what_has_changed_alone(void **state)
{
	(void)state;
	struct shot_grabber *grabber = open_damage();
	struct painted *painted = painted_of(grabber->source);
	struct shot_frame frame;
	grab_and_check(grabber, &ROOT);
	uint64_t before = painted->bytes_written;
	grab_and_check(grabber, &ROOT);
	assert_int_equal(painted->bytes_written, before);
	painted_draw(painted, (struct shot_rect){3, 40, 10, 2}, 0xabcdef);
	must_grab(grabber, &ROOT, &frame);
	check(grabber, &frame);
	assert_true(painted->bytes_written - before <= WIDTH * 4 * 8);
	assert_int_equal(frame.changes->count, 1);
	assert_true(shot_rect_equal(frame.changes->rects[0], (struct shot_rect){3, 40, 10, 2}));
	shot_view_unref(&frame.view);
	check_idle(grabber);
	shot_grabber_close(grabber);
}

/* Draw before each answer there is, in turn: the frame is the screen of one moment, which is that
 * of its last question. */
static void what_is_drawn_between_two_answers_is_in_the_picture(void **state)
{
	(void)state;
	for (int at = 0; at < 8; at++) {
		struct shot_grabber *grabber = open_damage();
		struct painted *painted = painted_of(grabber->source);
		struct shot_frame frame;
		struct shot_error err;
		enum shot_poll outcome;
		grab_and_check(grabber, &ROOT);
		painted_draw(painted, (struct shot_rect){1, 1, 60, 3}, 0x010101);
		struct shot_request *request = must_begin(grabber, &ROOT);
		for (int i = 0;
			(outcome = shot_request_poll(request, &frame, &err)) == SHOT_POLL_WAITING;
			i++) {
			if (i == at) { /* over several tiles */
				painted_draw(
					painted, (struct shot_rect){2, 0, 4, HEIGHT}, 0xee0000);
			}
			painted_serve(painted, 1);
		}
		assert_int_equal(outcome, SHOT_POLL_DONE);
		uint32_t top = pixel(&frame, 3, 0), bottom = pixel(&frame, 3, HEIGHT - 1);
		assert_true((top == 0xee0000) == (bottom == 0xee0000));
		shot_view_unref(&frame.view);
		grab_and_check(grabber, &ROOT);
		shot_grabber_close(grabber);
	}
}

/* The screen shrinks, and grows, before each answer in turn. */
static void a_screen_that_resizes_is_captured_as_it_is_then(void **state)
{
	(void)state;
	const int32_t sizes[][2] = {{32, 20}, {100, 80}};
	for (int at = 0; at < 8; at++) {
		for (int k = 0; k < 4; k++) {
			struct shot_grabber *grabber =
				open_with((struct shot_grabber_options){.damage = k >= 2});
			struct painted *painted = painted_of(grabber->source);
			struct shot_frame frame;
			struct shot_error err;
			enum shot_poll outcome;
			bool has_resized = false;
			grab_and_check(grabber, &ROOT);
			struct shot_request *request = must_begin(grabber, &ROOT);
			for (int i = 0; (outcome = shot_request_poll(request, &frame, &err)) ==
					SHOT_POLL_WAITING;
				i++) {
				if (i == at) {
					painted_resize(painted, sizes[k % 2][0], sizes[k % 2][1]);
					has_resized = true;
				}
				painted_serve(painted, 1);
			}
			assert_int_equal(outcome, SHOT_POLL_DONE);
			assert_int_equal(
				frame.view.width, has_resized ? sizes[k % 2][0] : (int32_t)WIDTH);
			shot_view_unref(&frame.view);
			check_idle(grabber);
			assert_int_equal(grabber->source->changes, has_resized);
			shot_grabber_close(grabber);
		}
	}
}

static const struct shot_target TARGETS[] = {
	{.kind = SHOT_TARGET_ROOT},
	{.kind = SHOT_TARGET_ROOT, .cursor = true},
	{.kind = SHOT_TARGET_CURSOR},
	{.kind = SHOT_TARGET_FOLLOW, .rect = {0, 0, 12, 10}},
	{.kind = SHOT_TARGET_WINDOW, .window = WINDOW},
	{.kind = SHOT_TARGET_WINDOW, .window = WINDOW, .is_obscured = true, .cursor = true},
};

enum { TARGET_COUNT = sizeof TARGETS / sizeof *TARGETS };

/* Stops every kind of capture before each of its answers in turn: `end` ends the request that is
 * under way, and `check_end` sees the grabber afterwards, and after the capture that came to its
 * end. */
static void stop_at_each_answer(
	void (*end)(struct shot_grabber *grabber, struct shot_request *request),
	void (*check_end)(struct shot_grabber *grabber))
{
	for (int i = 0; i < TARGET_COUNT * 2; i++) {
		bool is_over = false;
		for (int at = 0; !is_over; at++) {
			struct shot_grabber *grabber = open_with(
				(struct shot_grabber_options){.damage = i % 2, .slots = 3});
			struct shot_frame frame;
			struct shot_error err;
			enum shot_poll outcome = SHOT_POLL_WAITING;
			struct shot_request *request = must_begin(grabber, &TARGETS[i / 2]);
			for (int k = 0; k < at && outcome == SHOT_POLL_WAITING; k++) {
				painted_serve(painted_of(grabber->source), 1);
				outcome = shot_request_poll(request, &frame, &err);
			}
			is_over = outcome == SHOT_POLL_DONE;
			if (is_over) {
				shot_view_unref(&frame.view);
			} else {
				end(grabber, request);
			}
			check_end(grabber);
			shot_grabber_close(grabber);
			assert_true(at < 20);
		}
	}
}

static void lose(struct shot_grabber *grabber, struct shot_request *request)
{
	struct shot_frame frame;
	struct shot_error err;
	painted_lose(painted_of(grabber->source));
	assert_int_equal(shot_request_poll(request, &frame, &err), SHOT_POLL_FAILED);
	assert_string_equal(err.code, "ELOST");
}

static void check_nothing_held(struct shot_grabber *grabber)
{
	assert_int_equal(shot_grabber_stats(grabber).held, 0);
	assert_int_equal(shot_grabber_stats(grabber).in_flight, 0);
}

/* The request says that the connection broke, and no memory stays. */
static void a_loss_ends_whatever_is_under_way(void **state)
{
	(void)state;
	stop_at_each_answer(lose, check_nothing_held);
}

static void give_up(struct shot_grabber *grabber, struct shot_request *request)
{
	struct painted *painted = painted_of(grabber->source);
	unsigned tiles = painted->tiles_sent - painted->tiles_written;
	shot_request_cancel(request);
	assert_int_equal(painted->tiles_canceled, tiles);
	assert_true(!tiles || shot_grabber_stats(grabber).held > 0);
	painted_serve(painted, 100);
}

/* When the caller gives up, the slot is lent to nobody until the picture has written, or has said
 * that it will not. */
static void a_request_that_is_given_up_keeps_its_slot_until_the_end(void **state)
{
	(void)state;
	stop_at_each_answer(give_up, check_idle);
}

/* Where captures end with the screen's next frame, one that nobody wants must not wait for that. */
static void a_picture_that_sleeps_lets_go_of_canceled_tiles(void **state)
{
	(void)state;
	struct shot_grabber *grabber = open_with((struct shot_grabber_options){.slots = 1});
	struct painted *painted = painted_of(grabber->source);
	struct shot_error err;
	painted->sleeps = true;
	struct shot_request *request = must_begin(grabber, &ROOT);
	assert_int_equal(painted_serve(painted, 10), 0);
	assert_null(shot_request_begin(grabber, &ROOT, 1, &grabber->pool.buffers, &err));
	assert_string_equal(err.code, "EBUSY");
	shot_request_cancel(request);
	assert_int_equal(painted_serve(painted, 10), 1);
	assert_int_equal(painted->tiles_written, 0);
	painted->sleeps = false;
	check_idle(grabber);
	shot_grabber_close(grabber);
}

/* Each refusal, at each of its turns, of each kind of capture. */
static void a_refusal_is_told_and_leaves_nothing_behind(void **state)
{
	(void)state;
	for (int fault = 0; fault < PAINTED_FAULTS; fault++) {
		for (int i = 0; i < TARGET_COUNT * 2; i++) {
			bool has_happened = true;
			for (unsigned turn = 1; has_happened; turn++) {
				struct shot_grabber *grabber =
					open_with((struct shot_grabber_options){.damage = i % 2});
				struct painted *painted = painted_of(grabber->source);
				struct shot_frame frame;
				struct shot_error err;
				grab_and_check(grabber, &ROOT); /* so that a slot is nearly fresh */
				painted_draw(painted, (struct shot_rect){2, 30, 9, 9}, turn);
				painted->faults[fault] = turn;
				struct shot_request *request = shot_request_begin(
					grabber, &TARGETS[i / 2], 1, &grabber->pool.buffers, &err);
				enum shot_poll outcome =
					request ? finish(grabber, request, &frame, &err)
						: SHOT_POLL_FAILED;
				has_happened = painted->faults[fault] == 0;
				assert_true(has_happened == (outcome == SHOT_POLL_FAILED));
				if (outcome == SHOT_POLL_DONE) {
					shot_view_unref(&frame.view);
				}
				painted->faults[fault] = 0;
				check_idle(grabber);
				shot_grabber_close(grabber);
			}
		}
	}
}

/* Each allocation fails in turn. */
static void want_of_memory_is_told_and_leaves_nothing_behind(void **state)
{
	(void)state;
	for (int i = 0; i < TARGET_COUNT * 2; i++) {
		enum shot_poll outcome = SHOT_POLL_FAILED;
		for (int allowed = 0; outcome == SHOT_POLL_FAILED; allowed++) {
			struct shot_grabber *grabber =
				open_with((struct shot_grabber_options){.damage = i % 2});
			struct shot_frame frame;
			struct shot_error err;
			granted = allowed;
			struct shot_request *request = shot_request_begin(
				grabber, &TARGETS[i / 2], 1, &grabber->pool.buffers, &err);
			outcome =
				request ? finish(grabber, request, &frame, &err) : SHOT_POLL_FAILED;
			granted = -1;
			if (outcome == SHOT_POLL_DONE) {
				shot_view_unref(&frame.view);
			} else {
				assert_string_equal(err.code, "ENOMEM");
			}
			check_idle(grabber);
			shot_grabber_close(grabber);
			assert_true(allowed < 40);
		}
	}
}

static void opening_that_fails_leaves_nothing_open(void **state)
{
	(void)state;
	struct shot_grabber_options options = {.kind = &painted_source,
		.display = "painted:8x8",
		.slots = 2,
		.bytes = 4096,
		.damage = true};
	int fds = count_descriptors();
	struct shot_grabber *grabber = NULL;
	for (int allowed = 0; !grabber; allowed++) {
		struct shot_error err;
		granted = allowed;
		grabber = shot_grabber_open(&options, &err);
		granted = -1;
		assert_true(grabber || strcmp(err.code, "ENOMEM") == 0);
		assert_true(grabber || count_descriptors() == fds);
	}
	shot_grabber_close(grabber);
	assert_int_equal(count_descriptors(), fds);
}

/* A window that moves, and one that goes, before each answer in turn. */
static void a_window_is_captured_where_it_was_all_the_time(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct shot_target target = {
			.kind = SHOT_TARGET_WINDOW, .window = WINDOW, .is_obscured = i};
		for (int at = 0; at < 8; at++) {
			struct shot_grabber *grabber = open_with((struct shot_grabber_options){0});
			struct painted *painted = painted_of(grabber->source);
			struct shot_frame frame;
			struct shot_error err;
			enum shot_poll outcome;
			struct shot_request *request = must_begin(grabber, &target);
			for (int k = 0; (outcome = shot_request_poll(request, &frame, &err)) ==
					SHOT_POLL_WAITING;
				k++) {
				if (k == at) { /* and what it leaves is black */
					painted_draw(painted, painted->windows[0].rect, 0);
					painted->windows[0].rect.x += 20;
					painted_draw(painted, painted->windows[0].rect, 0x445566);
				}
				painted_serve(painted, 1);
			}
			assert_int_equal(outcome, SHOT_POLL_DONE);
			assert_int_equal(pixel(&frame, 1, 1), i ? 0x112233 : 0x445566);
			assert_int_equal(frame.window, WINDOW);
			shot_view_unref(&frame.view);
			check_idle(grabber);
			shot_grabber_close(grabber);
		}
	}
}

static void a_window_that_goes_or_never_keeps_still_is_told(void **state)
{
	(void)state;
	const struct shot_target target = {
		.kind = SHOT_TARGET_WINDOW, .window = WINDOW, .is_obscured = true};
	struct shot_grabber *grabber = open_with((struct shot_grabber_options){0});
	struct painted *painted = painted_of(grabber->source);
	struct shot_frame frame;
	struct shot_error err;
	struct shot_request *request = must_begin(grabber, &target);
	painted_serve(painted, 1);
	assert_int_equal(shot_request_poll(request, &frame, &err), SHOT_POLL_WAITING);
	painted->windows[0].id = 0; /* its tile is EGONE, and so is it looked for */
	assert_int_equal(finish(grabber, request, &frame, &err), SHOT_POLL_FAILED);
	assert_string_equal(err.code, "ENOWINDOW");
	painted->windows[0].id = WINDOW;
	request = must_begin(grabber, &target);
	while (shot_request_poll(request, &frame, &err) == SHOT_POLL_WAITING) {
		painted->windows[0].rect.x = (painted->windows[0].rect.x + 1) % 30;
		painted_serve(painted, 1);
	}
	assert_string_equal(err.code, "EAGAIN");
	check_idle(grabber);
	shot_grabber_close(grabber);
}

static void the_pointer_is_drawn_by_us_or_by_the_source(void **state)
{
	(void)state;
	for (int overlays = 0; overlays < 2; overlays++) {
		struct shot_grabber *grabber = open_damage();
		struct painted *painted = painted_of(grabber->source);
		const struct shot_target with = {.kind = SHOT_TARGET_ROOT, .cursor = true};
		struct shot_frame frame;
		if (overlays) {
			grabber->source->lacks[SHOT_ABILITY_OVERLAY] = NULL;
			grabber->source->lacks[SHOT_ABILITY_CURSOR] = "nobody asks";
		}
		for (int i = 0; i < 3; i++) {
			painted->pointer_x = 20 + 10 * i;
			must_grab(grabber, &with, &frame);
			assert_int_equal(pixel(&frame, 20 + 10 * i, 20), PAINTED_POINTER_COLOR);
			assert_int_equal(pixel(&frame, i ? 20 : 50, 20),
				painted_color(painted, i ? 20 : 50, 20));
			shot_view_unref(&frame.view);
			grab_and_check(grabber, &ROOT); /* without it, nothing of it stays */
		}
		check_idle(grabber);
		shot_grabber_close(grabber);
	}
}

static void a_watch_is_due_when_something_is_drawn_inside(void **state)
{
	(void)state;
	struct shot_error err;
	unsigned count;
	struct shot_grabber *grabber = open_with((struct shot_grabber_options){0});
	struct painted *painted = painted_of(grabber->source);
	struct shot_watch *watch =
		shot_watch_create(grabber->source, (struct shot_rect){10, 10, 20, 20}, &err);
	assert_non_null(watch);
	assert_int_equal(shot_watch_poll(watch, &count, &err), SHOT_POLL_WAITING);
	painted_serve(painted, 1);
	assert_int_equal(shot_watch_poll(watch, &count, &err), SHOT_POLL_DONE);
	painted_draw(painted, (struct shot_rect){40, 40, 5, 5}, 1);
	assert_true(shot_grabber_take_events(grabber, &err));
	assert_false(shot_watch_is_due(watch));
	painted_draw(painted, (struct shot_rect){5, 5, 10, 10}, 2);
	assert_true(shot_grabber_take_events(grabber, &err));
	assert_true(shot_watch_is_due(watch));
	assert_true(shot_watch_ask(watch, &err));
	painted_serve(painted, 1);
	assert_int_equal(shot_watch_poll(watch, &count, &err), SHOT_POLL_DONE);
	assert_int_equal(count, 1);
	assert_true(shot_rect_equal(shot_watch_answer(watch)[0], (struct shot_rect){10, 10, 5, 5}));
	assert_true(shot_watch_ask(watch, &err));
	shot_watch_give_up(watch);
	assert_true(shot_watch_is_due(watch));
	struct shot_watch *other = shot_watch_create(grabber->source, SCREEN, &err);
	shot_watch_destroy(other); /* with a question under way */
	shot_grabber_close(grabber);
	assert_false(shot_watch_ask(watch, &err));
	assert_string_equal(err.code, "ELOST");
	shot_watch_destroy(watch);
}

static void a_query_for_windows_outlives_its_display(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_grabber *grabber = open_with((struct shot_grabber_options){0});
	struct shot_windows *windows = shot_windows_query(grabber->source, true, &err);
	struct shot_windows *other = shot_windows_query(grabber->source, true, &err);
	painted_serve(painted_of(grabber->source), 1);
	assert_int_equal(windows->kind->poll_windows(windows, &err), SHOT_POLL_DONE);
	assert_int_equal(windows->count, 1);
	assert_int_equal(windows->list[0].id, WINDOW);
	shot_grabber_close(grabber);
	assert_int_equal(other->kind->poll_windows(other, &err), SHOT_POLL_FAILED);
	assert_string_equal(err.code, "ELOST");
	windows->kind->destroy_windows(windows);
	other->kind->destroy_windows(other);
}

static void a_display_that_closes_leaves_frames_and_requests(void **state)
{
	(void)state;
	for (int damage = 0; damage < 2; damage++) {
		struct shot_grabber *grabber =
			open_with((struct shot_grabber_options){.damage = damage});
		struct shot_frame kept, frame;
		struct shot_error err;
		must_grab(grabber, &ROOT, &kept);
		struct shot_request *polled = must_begin(grabber, &TARGETS[1]);
		struct shot_request *canceled = must_begin(grabber, &TARGETS[5]);
		struct shot_request *abandoned = must_begin(grabber, &ROOT);
		painted_serve(painted_of(grabber->source), 1);
		shot_request_cancel(abandoned);
		shot_grabber_close(grabber);
		assert_int_equal(shot_request_poll(polled, &frame, &err), SHOT_POLL_FAILED);
		assert_string_equal(err.code, "ELOST");
		shot_request_cancel(canceled);
		assert_int_equal(pixel(&kept, 0, 0), 0x102030);
		shot_view_unref(&kept.view);
	}
}

/* --- threads
 * -------------------------------------------------------------------------------------*/

enum { RELEASERS = 2, GRABS = 2000 };

struct handover {
	pthread_mutex_t lock;
	struct shot_frame frames[8];
	int count;
	bool is_over;
	uint32_t torn;
};

/* Every frame is of one color, which it keeps for as long as it is held. */
static void *release_frames(void *argument)
{
	struct handover *handover = argument;
	for (bool is_over = false; !is_over;) {
		struct shot_frame frame = {0};
		pthread_mutex_lock(&handover->lock);
		is_over = handover->is_over && handover->count == 0;
		if (handover->count > 0) {
			frame = handover->frames[--handover->count];
		}
		pthread_mutex_unlock(&handover->lock);
		if (!frame.view.owner) {
			sched_yield();
			continue;
		}
		uint32_t first = pixel(&frame, 0, 0), torn = 0;
		for (int32_t y = 0; y < frame.view.height; y++) {
			torn += pixel(&frame, frame.view.width - 1, y) != first;
		}
		shot_view_unref(&frame.view);
		pthread_mutex_lock(&handover->lock);
		handover->torn += torn;
		pthread_mutex_unlock(&handover->lock);
	}
	return NULL;
}

static enum shot_poll wait_for(
	struct shot_request *request, struct shot_frame *frame, struct shot_error *err)
{
	enum shot_poll outcome;
	while ((outcome = shot_request_poll(request, frame, err)) == SHOT_POLL_WAITING) {
		sched_yield();
	}
	return outcome;
}

/* The picture writes on one thread, frames are read and let go of on others, and some captures are
 * given up. */
static void a_slot_is_written_while_nobody_reads_it(void **state)
{
	(void)state;
	struct shot_grabber *grabber = open_with((struct shot_grabber_options){.slots = 5});
	struct painted *painted = painted_of(grabber->source);
	struct handover handover = {.lock = PTHREAD_MUTEX_INITIALIZER};
	pthread_t threads[RELEASERS];
	painted_start(painted);
	for (int i = 0; i < RELEASERS; i++) {
		pthread_create(&threads[i], NULL, release_frames, &handover);
	}
	int captured = 0;
	for (int i = 0; i < GRABS; i++) {
		struct shot_error err;
		struct shot_frame frame;
		painted_draw(painted, SCREEN, (uint32_t)i);
		struct shot_request *request =
			shot_request_begin(grabber, &ROOT, 1, &grabber->pool.buffers, &err);
		if (!request) {
			assert_string_equal(err.code, "EBUSY");
			sched_yield();
		} else if (i % 7 == 0) {
			shot_request_cancel(request);
		} else {
			assert_int_equal(wait_for(request, &frame, &err), SHOT_POLL_DONE);
			captured++;
			pthread_mutex_lock(&handover.lock);
			handover.frames[handover.count++] = frame;
			pthread_mutex_unlock(&handover.lock);
		}
	}
	assert_true(captured > 0);
	shot_grabber_close(grabber);
	pthread_mutex_lock(&handover.lock);
	handover.is_over = true;
	pthread_mutex_unlock(&handover.lock);
	for (int i = 0; i < RELEASERS; i++) {
		pthread_join(threads[i], NULL);
	}
	assert_int_equal(handover.torn, 0);
}

/* A series of captures, sent without a body between them, of a screen that draws a number with each
 * of its frames, and answers captures with it. Time is only counted; a request arrives up to 2 ms
 * after it is sent. Returns how many numbers were missed between the first and the last. */
static unsigned count_missed(int64_t frame_ns, int64_t phase)
{
	enum { FRAMES = 100, MS = 1000000, FRAME_NS = 20 * MS };
	struct shot_grabber *grabber = open_with((struct shot_grabber_options){0});
	struct painted *painted = painted_of(grabber->source);
	struct shot_pace pace;
	int64_t now = phase;
	unsigned seen = 0, missed = 0;
	grabber->source->frame_ns = frame_ns;
	shot_pace_start(&pace, 50, now);
	srand(1);
	for (uint32_t number = 1; number <= FRAMES; number++) {
		int64_t drawn = (int64_t)number * FRAME_NS;
		int64_t opens = shot_pace_opens(&pace, grabber->source->frame_ns);
		int64_t sent = now > opens ? now : opens;
		painted_draw(painted, SCREEN, number);
		if (sent + rand() % (2 * MS) >= drawn) {
			missed += seen > 0;
			continue;
		}
		struct shot_frame frame;
		must_grab(grabber, &ROOT, &frame);
		assert_int_equal(pixel(&frame, 1, 1), number);
		shot_view_unref(&frame.view);
		shot_pace_sent(&pace, sent);
		now = drawn;
		seen++;
	}
	assert_int_equal(pace.skipped, 0);
	shot_grabber_close(grabber);
	return missed;
}

static void a_series_misses_no_frame_of_a_screen_as_fast_as_itself(void **state)
{
	(void)state;
	unsigned without = 0;
	for (int64_t phase = 0; phase < 20; phase++) {
		assert_int_equal(count_missed(20 * 1000000, phase * 1000000), 0);
		without += count_missed(0, phase * 1000000);
	}
	assert_true(without > 0); /* a deadline close to a frame of the screen */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_paths_bring_the_picture),
		cmocka_unit_test(what_a_source_lacks_is_said_in_its_words),
		cmocka_unit_test(an_update_reads_what_has_changed_alone),
		cmocka_unit_test(what_is_drawn_between_two_answers_is_in_the_picture),
		cmocka_unit_test(a_screen_that_resizes_is_captured_as_it_is_then),
		cmocka_unit_test(a_loss_ends_whatever_is_under_way),
		cmocka_unit_test(a_request_that_is_given_up_keeps_its_slot_until_the_end),
		cmocka_unit_test(a_picture_that_sleeps_lets_go_of_canceled_tiles),
		cmocka_unit_test(a_refusal_is_told_and_leaves_nothing_behind),
		cmocka_unit_test(want_of_memory_is_told_and_leaves_nothing_behind),
		cmocka_unit_test(opening_that_fails_leaves_nothing_open),
		cmocka_unit_test(a_window_is_captured_where_it_was_all_the_time),
		cmocka_unit_test(a_window_that_goes_or_never_keeps_still_is_told),
		cmocka_unit_test(the_pointer_is_drawn_by_us_or_by_the_source),
		cmocka_unit_test(a_watch_is_due_when_something_is_drawn_inside),
		cmocka_unit_test(a_query_for_windows_outlives_its_display),
		cmocka_unit_test(a_display_that_closes_leaves_frames_and_requests),
		cmocka_unit_test(a_slot_is_written_while_nobody_reads_it),
		cmocka_unit_test(a_series_misses_no_frame_of_a_screen_as_fast_as_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
