/* Watches of a compositor whose frames come when the test says so. */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/watch.h"
#include "support/hostile_client.h"

static struct hostile *hostile;
static struct shot_grabber *grabber;

/* Lets everything arrive that is on its way. */
static void pump(void)
{
	struct shot_error err;
	for (int i = 0; i < 6; i++) {
		assert_true(shot_grabber_take_events(grabber, &err));
		grabber->source->kind->flush(grabber->source);
		hostile_settle(hostile);
	}
}

static void say_drawn(struct hostile_plan *plan, struct shot_rect rect)
{
	SAY(plan, HOSTILE_FRAME, EVENT(HOLD), EVENT(TRANSFORM, 0),
		EVENT(DAMAGE, rect.x, rect.y, rect.width, rect.height), EVENT(READY));
	SAY(plan, HOSTILE_COPY, EVENT(HOLD), EVENT(FLAGS, 0),
		EVENT(DAMAGE, rect.x, rect.y, rect.width, rect.height), EVENT(READY));
	hostile_change(hostile, plan);
}

/* Shows the waiting frame; the next one will say that `next` was drawn. */
static void show(struct hostile_plan *plan, struct shot_rect next)
{
	say_drawn(plan, next);
	assert_true(hostile_tick(hostile) > 0);
	pump();
}

static void assert_drawn(struct shot_watch *watch, struct shot_rect rect)
{
	struct shot_error err;
	unsigned count;
	assert_int_equal(SHOT_POLL_DONE, shot_watch_poll(watch, &count, &err));
	assert_int_equal(1, count);
	assert_true(shot_rect_equal(rect, shot_watch_answer(watch)[0]));
}

static void test_watch(void **state)
{
	static const char *const paths[] = {"wl-copy", "wl-screencopy"};
	static const struct shot_rect inside = {12, 13, 4, 5}, outside = {40, 30, 4, 5},
				      across = {5, 5, 7, 7};
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		hostile = hostile_start(&plan);
		grabber = open_display(paths[i], false, &err);
		assert_non_null(grabber);
		say_drawn(&plan, inside);
		struct shot_watch *watch = shot_watch_create(
			grabber->source, (struct shot_rect){10, 10, 20, 20}, &err);
		assert_non_null(watch);
		pump();
		show(&plan, inside); /* the first picture, of what was there before */
		assert_drawn(watch, (struct shot_rect){10, 10, 20, 20}); /* the watch begins */
		assert_true(shot_watch_ask(watch, &err));
		assert_false(shot_watch_is_due(watch));
		show(&plan, outside);
		assert_true(shot_watch_is_due(watch));
		assert_drawn(watch, inside);
		assert_true(shot_watch_ask(watch, &err));
		show(&plan, across);
		assert_false(shot_watch_is_due(watch));
		show(&plan, inside);
		assert_true(shot_watch_is_due(watch));
		assert_drawn(watch, (struct shot_rect){10, 10, 2, 2});
		shot_watch_destroy(watch);
		grabber->source->kind->flush(grabber->source);
		assert_int_equal(0, hostile_tick(hostile)); /* nobody waits any more */
		shot_grabber_close(grabber);
		hostile_stop(hostile);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_watch)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
