/* with: support/painted.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/request_aim.h"
#include "capture/request_state.h"
#include "support/painted.h"

enum { TARGETS = 3 };

struct aimed {
	struct shot_request request;
	struct shot_request_item items[TARGETS];
	struct shot_tile tiles[TARGETS];
};

static struct shot_grabber *open_grabber(void)
{
	struct shot_error err;
	struct shot_grabber_options options = {
		.kind = &painted_source, .display = "painted:64x48", .slots = 1, .bytes = 1 << 20};
	struct shot_grabber *grabber = shot_grabber_open(&options, &err);
	assert_non_null(grabber);
	return grabber;
}

/* A request on its own: nothing of it is sent. */
static void init(
	struct aimed *aimed, struct shot_grabber *grabber, const struct shot_target *targets)
{
	*aimed = (struct aimed){
		.request = {
			.grabber = grabber, .count = TARGETS, .pointer_x = 60, .pointer_y = 40}};
	aimed->request.items = aimed->items;
	aimed->request.pixels.tiles.list = aimed->tiles;
	for (unsigned i = 0; i < TARGETS; i++) {
		aimed->items[i].target = targets[i];
	}
}

static void assert_rect(struct shot_rect rect, struct shot_rect expected)
{
	assert_true(shot_rect_equal(rect, expected));
}

static const struct shot_target TARGET_LIST[TARGETS] = {
	{.kind = SHOT_TARGET_REGION, .rect = {0, 0, 10, 8}, .from_right = true},
	{.kind = SHOT_TARGET_FOLLOW, .rect = {0, 0, 16, 16}, .cursor = true},
	{.kind = SHOT_TARGET_REGION, .rect = {4, 6, 10, 8}},
};

static void each_target_gets_its_tile_and_its_frame(void **state)
{
	(void)state;
	struct aimed aimed;
	struct shot_error err;
	struct shot_grabber *grabber = open_grabber();
	init(&aimed, grabber, TARGET_LIST);
	aimed.request.has_overlay = true;
	assert_true(shot_request_find(&aimed.request, &err));
	assert_rect(aimed.tiles[0].rect, (struct shot_rect){54, 0, 10, 8});
	assert_rect(aimed.tiles[1].rect, (struct shot_rect){48, 32, 16, 16});
	assert_rect(aimed.tiles[2].rect, (struct shot_rect){4, 6, 10, 8});
	assert_false(aimed.tiles[0].with_cursor);
	assert_true(aimed.tiles[1].with_cursor);
	const struct shot_frame *frame = &aimed.items[1].frame;
	assert_int_equal(frame->x, 48);
	assert_int_equal(frame->y, 32);
	assert_int_equal(frame->view.width, 16);
	assert_int_equal(frame->view.stride, 64);
	assert_string_equal(frame->source, "root");
	assert_null(shot_request_window(&aimed.request, 0));
	shot_grabber_close(grabber);
}

static void one_target_off_the_screen_fails_all(void **state)
{
	(void)state;
	struct aimed aimed;
	struct shot_error err;
	struct shot_grabber *grabber = open_grabber();
	init(&aimed, grabber, TARGET_LIST);
	aimed.items[2].target.rect.x = 60;
	assert_false(shot_request_find(&aimed.request, &err));
	assert_true(shot_error_is(&err, SHOT_EGEOMETRY));
	shot_grabber_close(grabber);
}

static void refresh(struct shot_grabber *grabber)
{
	struct shot_error err;
	assert_true(shot_grabber_take_events(grabber, &err));
	while (shot_grabber_refresh(grabber, &err) == SHOT_POLL_WAITING) {
		painted_serve(painted_of(grabber->source), 1);
	}
}

/* A region at the right edge moves with it; one that is cut off has no place at all. */
static void a_layout_that_changes_moves_what_depends_on_it(void **state)
{
	(void)state;
	struct aimed aimed;
	struct shot_error err;
	struct shot_grabber *grabber = open_grabber();
	init(&aimed, grabber, TARGET_LIST);
	assert_true(shot_request_find(&aimed.request, &err));
	assert_true(shot_request_is_in_place(&aimed.request));
	painted_resize(painted_of(grabber->source), 80, 48);
	refresh(grabber);
	assert_false(shot_request_is_in_place(&aimed.request));
	assert_true(shot_request_find(&aimed.request, &err));
	assert_rect(aimed.tiles[0].rect, (struct shot_rect){70, 0, 10, 8});
	assert_true(shot_request_is_in_place(&aimed.request));
	aimed.request.count = 1;
	painted_resize(painted_of(grabber->source), 80, 7);
	refresh(grabber);
	assert_false(shot_request_is_in_place(&aimed.request));
	shot_grabber_close(grabber);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_target_gets_its_tile_and_its_frame),
		cmocka_unit_test(one_target_off_the_screen_fails_all),
		cmocka_unit_test(a_layout_that_changes_moves_what_depends_on_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
