/* Updates, with drawings put between their steps: each is the whole picture in the end, and is read
 * with no more than is said. */
/* xserver: 320x240x24 */
/* link: --wrap=xcb_poll_for_reply --wrap=xcb_shm_get_image */
/* link: --wrap=xcb_grab_server --wrap=xcb_ungrab_server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <xcb/composite.h>
#include <xcb/shm.h>

#include "base/clock.h"
#include "base/wait.h"
#include "capture/damage.h"
#include "capture/grabber.h"
#include "capture/update.h"
#include "capture/request.h"
#include "capture/watch.h"
#include "x11/display.h"
#include "x11/source.h"

static const struct shot_rect SCREEN = {0, 0, 320, 240};

/* Between two steps nothing is seen but what was known before: replies are held back. */
static bool is_holding;
static unsigned known;

int __real_xcb_poll_for_reply(
	xcb_connection_t *xcb, unsigned request, void **reply, xcb_generic_error_t **error);
int __wrap_xcb_poll_for_reply(
	xcb_connection_t *xcb, unsigned request, void **reply, xcb_generic_error_t **error);
int __wrap_xcb_poll_for_reply(
	xcb_connection_t *xcb, unsigned request, void **reply, xcb_generic_error_t **error)
{
	if (is_holding && (int)(request - known) > 0) {
		return 0;
	}
	return __real_xcb_poll_for_reply(xcb, request, reply, error);
}

/* Whether the server serves this client alone, and how many pieces were requested while it did not.
 */
static bool is_alone;
static unsigned disturbed;

xcb_void_cookie_t __real_xcb_grab_server(xcb_connection_t *xcb);
xcb_void_cookie_t __wrap_xcb_grab_server(xcb_connection_t *xcb);
xcb_void_cookie_t __wrap_xcb_grab_server(xcb_connection_t *xcb)
{
	is_alone = true;
	return __real_xcb_grab_server(xcb);
}

xcb_void_cookie_t __real_xcb_ungrab_server(xcb_connection_t *xcb);
xcb_void_cookie_t __wrap_xcb_ungrab_server(xcb_connection_t *xcb);
xcb_void_cookie_t __wrap_xcb_ungrab_server(xcb_connection_t *xcb)
{
	is_alone = false;
	return __real_xcb_ungrab_server(xcb);
}

xcb_shm_get_image_cookie_t __real_xcb_shm_get_image(xcb_connection_t *xcb, xcb_drawable_t drawable,
	int16_t x, int16_t y, uint16_t width, uint16_t height, uint32_t planes, uint8_t format,
	xcb_shm_seg_t segment, uint32_t offset);
xcb_shm_get_image_cookie_t __wrap_xcb_shm_get_image(xcb_connection_t *xcb, xcb_drawable_t drawable,
	int16_t x, int16_t y, uint16_t width, uint16_t height, uint32_t planes, uint8_t format,
	xcb_shm_seg_t segment, uint32_t offset);
xcb_shm_get_image_cookie_t __wrap_xcb_shm_get_image(xcb_connection_t *xcb, xcb_drawable_t drawable,
	int16_t x, int16_t y, uint16_t width, uint16_t height, uint32_t planes, uint8_t format,
	xcb_shm_seg_t segment, uint32_t offset)
{
	disturbed += !is_alone;
	return __real_xcb_shm_get_image(
		xcb, drawable, x, y, width, height, planes, format, segment, offset);
}

struct screen {
	struct shot_grabber *grabber;
	xcb_connection_t *xcb; /* the grabber's own, so that the server keeps to our order */
	xcb_window_t root;
	xcb_gcontext_t gc;
	uint32_t color;
};

static struct shot_display *display_of(const struct screen *screen)
{
	return shot_display_of(screen->grabber->source);
}

static void open_screen(struct screen *screen, const struct shot_grabber_options *options)
{
	struct shot_error err;
	uint32_t inferiors = XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS;
	screen->grabber = shot_grabber_open(options, &err);
	if (!screen->grabber) {
		fail_msg("%s", err.message);
	}
	screen->xcb = display_of(screen)->xcb;
	screen->root = display_of(screen)->root;
	screen->gc = xcb_generate_id(screen->xcb);
	xcb_create_gc(screen->xcb, screen->gc, screen->root, XCB_GC_SUBWINDOW_MODE, &inferiors);
}

static int begin_screen(void **state)
{
	static struct screen screen;
	struct shot_grabber_options options = {.kind = &shot_x11_source,
		.slots = 4,
		.bytes = 1 << 24,
		.damage = true,
		.path = "shm-fd"};
	open_screen(&screen, &options);
	*state = &screen;
	return 0;
}

static int end_screen(void **state)
{
	struct screen *screen = *state;
	shot_grabber_close(screen->grabber);
	return 0;
}

/* Fill `count` rectangles of `drawable` by one request, in a color that was not there yet. */
static void fill(struct screen *screen, xcb_drawable_t drawable, const xcb_rectangle_t *rects,
	unsigned count)
{
	screen->color += 0x010305;
	xcb_change_gc(screen->xcb, screen->gc, XCB_GC_FOREGROUND, &screen->color);
	xcb_poly_fill_rectangle(screen->xcb, drawable, screen->gc, count, rects);
}

static void fill_one(struct screen *screen, int x, int y, int width, int height)
{
	xcb_rectangle_t rect = {(int16_t)x, (int16_t)y, (uint16_t)width, (uint16_t)height};
	fill(screen, screen->root, &rect, 1);
}

static void begin(struct screen *screen, struct shot_update *update, struct shot_rect rect)
{
	struct shot_error err;
	*update = (struct shot_update){.source = screen->grabber->source,
		.damage = screen->grabber->damage,
		.pool = &screen->grabber->pool,
		.rect = rect,
		.refresh_ns = screen->grabber->refresh_ns};
	assert_true(shot_update_begin(update, &err));
	xcb_flush(screen->xcb);
}

/* Let all that was sent be answered, and remember how much that was. */
static void settle(struct screen *screen)
{
	xcb_get_input_focus_cookie_t last = xcb_get_input_focus(screen->xcb);
	free(xcb_get_input_focus_reply(screen->xcb, last, NULL));
	known = last.sequence;
}

/* One step, with the answers to all that was sent before it. */
static enum shot_poll step(struct screen *screen, struct shot_update *update)
{
	struct shot_error err;
	settle(screen);
	is_holding = true;
	enum shot_poll outcome = shot_update_poll(update, &err);
	is_holding = false;
	if (outcome == SHOT_POLL_FAILED) {
		fail_msg("%s", err.message);
	}
	return outcome;
}

/* Go on to the end. */
static void end(struct screen *screen, struct shot_update *update)
{
	enum shot_poll outcome;
	while ((outcome = step(screen, update)) == SHOT_POLL_WAITING) {
	}
	assert_int_equal(outcome, SHOT_POLL_DONE);
}

/* That what the update has read is what the screen shows, and let go of it. */
static void check(struct screen *screen, struct shot_update *update)
{
	struct shot_rect rect = update->rect;
	xcb_get_image_reply_t *image = xcb_get_image_reply(screen->xcb,
		xcb_get_image(screen->xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, screen->root, (int16_t)rect.x,
			(int16_t)rect.y, (uint16_t)rect.width, (uint16_t)rect.height, ~0u),
		NULL);
	assert_non_null(image);
	const uint32_t *shown = (const uint32_t *)xcb_get_image_data(image);
	const uint32_t *got = (const uint32_t *)update->slot->attachment.data;
	for (int i = 0; i < rect.width * rect.height; i++) {
		assert_int_equal(got[i] & 0xffffff, shown[i] & 0xffffff);
	}
	free(image);
	shot_update_finish(update);
}

/* A slot that is as fresh as can be. */
static void prime(struct screen *screen, struct shot_rect rect)
{
	struct shot_update update;
	begin(screen, &update, rect);
	end(screen, &update);
	check(screen, &update);
}

static void reads_all_of_it_once_and_then_nothing(void **state)
{
	struct screen *screen = *state;
	struct shot_update update;
	begin(screen, &update, SCREEN);
	assert_int_equal(step(screen, &update), SHOT_POLL_WAITING);
	assert_int_equal(update.step, SHOT_UPDATE_WHOLE);
	end(screen, &update);
	check(screen, &update);
	begin(screen, &update, SCREEN);
	assert_int_equal(step(screen, &update), SHOT_POLL_DONE);
	assert_int_equal(update.step, SHOT_UPDATE_LOOK);
	check(screen, &update);
}

/* A window that the server paints into the root when it gets to it. */
static xcb_window_t make_redirected(struct screen *screen)
{
	xcb_window_t window = xcb_generate_id(screen->xcb);
	free(xcb_composite_query_version_reply(
		screen->xcb, xcb_composite_query_version(screen->xcb, 0, 4), NULL));
	xcb_create_window(screen->xcb, XCB_COPY_FROM_PARENT, window, screen->root, 40, 30, 100, 80,
		0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT, 0, NULL);
	xcb_composite_redirect_window(screen->xcb, window, XCB_COMPOSITE_REDIRECT_AUTOMATIC);
	xcb_map_window(screen->xcb, window);
	settle(screen);
	return window;
}

static void includes_what_redirected_windows_owe_the_screen(void **state)
{
	struct screen *screen = *state;
	xcb_window_t window = make_redirected(screen);
	xcb_rectangle_t inside = {5, 5, 20, 10};
	struct shot_update update;
	for (int i = 0; i < 20; i++) {
		prime(screen, SCREEN);
		fill(screen, window, &inside, 1); /* not flushed: the question follows at once */
		begin(screen, &update, SCREEN);
		end(screen, &update);
		check(screen, &update);
	}
	xcb_destroy_window(screen->xcb, window);
}

/* Events that come because the pixels are read must not come between them. */
static void reads_through_the_socket_what_is_owed(void **state)
{
	struct screen screen = *(struct screen *)*state;
	struct shot_error err;
	struct shot_grabber_options options = {
		.kind = &shot_x11_source, .slots = 2, .bytes = 1 << 24, .path = "getimage"};
	open_screen(&screen, &options);
	struct shot_watch *watch = shot_watch_create(screen.grabber->source, SCREEN, &err);
	assert_non_null(watch);
	xcb_window_t window = make_redirected(&screen);
	xcb_rectangle_t inside = {5, 5, 20, 10};
	struct shot_target target = {.kind = SHOT_TARGET_ROOT};
	for (int i = 0; i < 20; i++) {
		struct shot_frame frame;
		enum shot_poll outcome;
		unsigned changes;
		assert_true(shot_watch_ask(watch, &err)); /* so that there is more to tell */
		settle(&screen);
		assert_int_equal(shot_watch_poll(watch, &changes, &err), SHOT_POLL_DONE);
		fill(&screen, window, &inside, 1);
		struct shot_request *request = shot_request_begin(
			screen.grabber, &target, 1, &screen.grabber->pool.buffers, &err);
		assert_non_null(request);
		while ((outcome = shot_request_poll(request, &frame, &err)) == SHOT_POLL_WAITING) {
			assert_int_equal(shot_wait_readable(shot_display_fd(screen.grabber->source),
						 -1, shot_deadline_in(10)),
				SHOT_WAIT_READY);
		}
		assert_int_equal(outcome, SHOT_POLL_DONE);
		const uint32_t *pixels = (const uint32_t *)frame.view.data;
		assert_int_equal(pixels[40 * SCREEN.width + 50] & 0xffffff, screen.color);
		shot_view_unref(&frame.view);
	}
	shot_watch_destroy(watch);
	shot_grabber_close(screen.grabber);
}

/* Two places by one request, of which the question has seen only one as changed. */
static void sees_what_is_drawn_after_the_question(void **state)
{
	struct screen *screen = *state;
	const xcb_rectangle_t before[] = {{10, 10, 8, 8}, {200, 120, 8, 8}};
	const xcb_rectangle_t between[] = {{200, 120, 8, 8}, {60, 220, 8, 8}};
	struct shot_update update;
	prime(screen, SCREEN);
	fill(screen, screen->root, before, 2);
	begin(screen, &update, SCREEN);
	fill(screen, screen->root, between, 2);
	assert_int_equal(step(screen, &update), SHOT_POLL_WAITING);
	assert_int_equal(update.step, SHOT_UPDATE_PIECES);
	end(screen, &update);
	check(screen, &update);
}

static void reads_all_of_it_after_two_tries(void **state)
{
	struct screen *screen = *state;
	struct shot_update update;
	prime(screen, SCREEN);
	fill_one(screen, 10, 10, 8, 8);
	begin(screen, &update, SCREEN);
	for (int i = 0; i < 2; i++) {
		fill_one(screen, 30 * i, 150, 8, 8);
		assert_int_equal(step(screen, &update), SHOT_POLL_WAITING);
		assert_int_equal(update.step, SHOT_UPDATE_PIECES);
	}
	fill_one(screen, 200, 200, 8, 8);
	assert_int_equal(step(screen, &update), SHOT_POLL_WAITING);
	assert_int_equal(update.step, SHOT_UPDATE_WHOLE);
	fill_one(screen, 100, 200, 8, 8); /* after it: for the next one to see */
	assert_int_equal(step(screen, &update), SHOT_POLL_DONE);
	shot_update_finish(&update);
	prime(screen, SCREEN);
}

/* As a request does: compares, and takes over. Returns whether the reading went with the question.
 */
static bool take(struct screen *screen, struct shot_rect rect)
{
	struct shot_update update;
	struct shot_rect changes[8];
	begin(screen, &update, rect);
	bool is_at_once = update.step == SHOT_UPDATE_WHOLE;
	end(screen, &update);
	shot_damage_compare(
		screen->grabber->damage, rect, update.ticket, (struct shot_rect){0}, changes, 8);
	check(screen, &update);
	return is_at_once;
}

static void reads_at_once_what_changes_as_a_whole(void **state)
{
	struct screen *screen = *state;
	const struct shot_rect corner = {0, 0, 20, 20};
	struct shot_update update;
	take(screen, SCREEN);
	for (int i = 0; i < 4; i++) {
		fill_one(screen, 0, 0, SCREEN.width, SCREEN.height * 4 / 5);
		assert_int_equal(take(screen, SCREEN), i > 0);
	}
	assert_false(take(screen, corner));
	begin(screen, &update, SCREEN);
	fill_one(screen, 100, 100, 8, 8); /* after both: for the next one to see */
	end(screen, &update);
	shot_update_finish(&update);
	assert_true(take(screen, SCREEN)); /* the last time: it was for nothing */
	fill_one(screen, 100, 100, 8, 8);
	assert_false(take(screen, SCREEN));
}

/* A slot of which nobody knows how much is new is read whole the next time. */
static void trusts_no_slot_that_was_given_up_half_way(void **state)
{
	struct screen *screen = *state;
	const struct shot_rect other = {1, 1, SCREEN.width - 1, SCREEN.height - 1};
	struct shot_update update;
	shot_pool_trim(&screen->grabber->pool);
	screen->grabber->pool.slots_cap = 1;
	prime(screen, SCREEN);
	begin(screen, &update, other); /* has to take the same slot */
	assert_int_equal(step(screen, &update), SHOT_POLL_WAITING);
	assert_true(shot_update_is_awaited(&update));
	settle(screen);
	assert_true(shot_update_settle(&update));
	shot_update_finish(&update);
	prime(screen, SCREEN);
	screen->grabber->pool.slots_cap = 4;
}

static void reads_all_of_it_again_when_that_is_long_ago(void **state)
{
	struct screen *screen = *state;
	struct shot_update update;
	screen->grabber->refresh_ns = 3600 * SHOT_NS_PER_S;
	prime(screen, SCREEN);
	begin(screen, &update, SCREEN);
	assert_int_equal(step(screen, &update), SHOT_POLL_DONE);
	assert_int_equal(update.step, SHOT_UPDATE_LOOK);
	check(screen, &update);
	screen->grabber->refresh_ns = 1;
	begin(screen, &update, SCREEN);
	assert_int_equal(step(screen, &update), SHOT_POLL_WAITING);
	assert_int_equal(update.step, SHOT_UPDATE_WHOLE);
	end(screen, &update);
	check(screen, &update);
	screen->grabber->refresh_ns = 0;
}

/* Takes the window's picture, and moves the window to `x`, 30 before the step `moment`. Returns the
 * number of steps. */
static int take_window(
	struct screen *screen, xcb_window_t window, int moment, int x, struct shot_frame *frame)
{
	const struct shot_target target = {.kind = SHOT_TARGET_WINDOW, .window = window};
	const uint32_t place[] = {(uint32_t)x, 30};
	struct shot_error err;
	enum shot_poll outcome;
	int steps = 0;
	struct shot_request *request = shot_request_begin(
		screen->grabber, &target, 1, &screen->grabber->pool.buffers, &err);
	assert_non_null(request);
	do {
		if (steps++ == moment) {
			xcb_configure_window(screen->xcb, window,
				XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, place);
		}
		settle(screen);
		is_holding = true;
		outcome = shot_request_poll(request, frame, &err);
		is_holding = false;
	} while (outcome == SHOT_POLL_WAITING);
	if (outcome == SHOT_POLL_FAILED) {
		fail_msg("%s", err.message);
	}
	return steps;
}

/* That all of the frame is of the window, whose color it has, but for the square of another one. */
static void check_window(const struct screen *screen, struct shot_frame *frame)
{
	const uint32_t *pixels = (const uint32_t *)frame->view.data;
	assert_int_equal(frame->view.width, 100);
	assert_int_equal(frame->view.height, 80);
	for (int y = 0; y < 80; y++) {
		for (int x = 0; x < 100; x++) {
			bool is_inside = x >= 5 && x < 25 && y >= 5 && y < 15;
			assert_int_equal(pixels[100 * y + x] & 0xffffff,
				is_inside ? screen->color : 0x204060);
		}
	}
	shot_view_unref(&frame->view);
}

static void takes_a_window_that_is_moved_between_any_two_steps(void **state)
{
	struct screen *screen = *state;
	const uint32_t background = 0x204060;
	const xcb_rectangle_t inside = {5, 5, 20, 10};
	xcb_window_t window = xcb_generate_id(screen->xcb);
	xcb_create_window(screen->xcb, XCB_COPY_FROM_PARENT, window, screen->root, 40, 30, 100, 80,
		0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT, XCB_CW_BACK_PIXEL,
		&background);
	xcb_map_window(screen->xcb, window);
	fill(screen, window, &inside, 1);
	settle(screen);
	struct shot_frame frame;
	int steps = take_window(screen, window, -1, 0, &frame);
	check_window(screen, &frame);
	disturbed = 0;
	for (int moment = 0; moment <= steps; moment++) {
		for (int x = 40; x <= 160;
			x += 30) { /* with the picture from before, in part, and away */
			take_window(screen, window, 0, 40, &frame);
			check_window(screen, &frame);
			fill(screen, window, &inside, 1);
			steps = take_window(screen, window, moment, x, &frame);
			check_window(screen, &frame);
		}
	}
	assert_int_equal(disturbed, 0);
	xcb_destroy_window(screen->xcb, window);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_of_it_once_and_then_nothing),
		cmocka_unit_test(includes_what_redirected_windows_owe_the_screen),
		cmocka_unit_test(reads_through_the_socket_what_is_owed),
		cmocka_unit_test(sees_what_is_drawn_after_the_question),
		cmocka_unit_test(reads_all_of_it_after_two_tries),
		cmocka_unit_test(reads_at_once_what_changes_as_a_whole),
		cmocka_unit_test(trusts_no_slot_that_was_given_up_half_way),
		cmocka_unit_test(reads_all_of_it_again_when_that_is_long_ago),
		cmocka_unit_test(takes_a_window_that_is_moved_between_any_two_steps),
	};
	return cmocka_run_group_tests(tests, begin_screen, end_screen);
}
