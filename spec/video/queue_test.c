/* A queue of captures: bounded, counted, and used by two threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>

#include "base/clock.h"
#include "image/image.h"
#include "video/queue.h"

static struct shot_view picture(void)
{
	struct shot_view view;
	struct shot_error err;
	assert_true(shot_image_create(&view, 2, 2, SHOT_FORMAT_BGRX, &err));
	return view;
}

static struct shot_queue *create(unsigned limit)
{
	struct shot_error err;
	struct shot_queue *queue = shot_queue_create(limit, &err);
	assert_non_null(queue);
	return queue;
}

static struct shot_update update_of(const struct shot_view *view, int64_t seconds, int count)
{
	return (struct shot_update){
		.view = *view, .time_ns = seconds * SHOT_NS_PER_S, .count = count};
}

static void refers_to_pixels_and_lets_go_of_them(void **state)
{
	(void)state;
	struct shot_queue *queue = create(2);
	struct shot_view view = picture();
	struct shot_update update = update_of(&view, 1, -1), taken;
	assert_true(shot_queue_put(queue, &update));
	assert_false(shot_owner_is_idle(view.owner));
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	assert_ptr_equal(taken.view.data, view.data);
	assert_int_equal(taken.time_ns, SHOT_NS_PER_S);
	shot_queue_release(queue, &taken);
	assert_true(shot_owner_is_idle(view.owner));
	assert_true(shot_queue_put(queue, &update));
	shot_queue_destroy(queue);
	assert_true(shot_owner_is_idle(view.owner));
	shot_view_unref(&view);
}

static void counts_what_is_taken_until_it_is_released(void **state)
{
	(void)state;
	struct shot_queue *queue = create(2);
	struct shot_view view = picture();
	struct shot_update update = update_of(&view, 1, -1), taken;
	assert_true(shot_queue_has_room(queue));
	assert_true(shot_queue_put(queue, &update));
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	assert_true(shot_queue_put(queue, &update));
	assert_false(shot_queue_has_room(queue));
	assert_false(shot_queue_put(queue, &update));
	shot_queue_release(queue, &taken);
	assert_null(taken.view.owner);
	assert_true(shot_queue_has_room(queue));
	assert_true(shot_queue_put(queue, &update));
	assert_false(shot_queue_has_room(queue));
	shot_queue_abandon(queue);
	assert_true(shot_owner_is_idle(view.owner));
	assert_false(shot_queue_has_room(queue));
	shot_queue_destroy(queue);
	shot_view_unref(&view);
}

static void drops_what_has_no_room_and_tells_the_next_one(void **state)
{
	(void)state;
	struct shot_queue *queue = create(1);
	struct shot_view view = picture();
	struct shot_update update = update_of(&view, 1, 1), taken;
	assert_true(shot_queue_put(queue, &update));
	update.time_ns++;
	assert_false(shot_queue_put(queue, &update));
	assert_false(shot_queue_put(queue, &update));
	assert_int_equal(shot_queue_dropped(queue), 2);
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	assert_int_equal(taken.count, 1);
	shot_queue_release(queue, &taken);
	update.count = 0; /* nothing since the one before, which was dropped */
	assert_true(shot_queue_put(queue, &update));
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	assert_int_equal(taken.count, -1);
	assert_non_null(taken.view.owner);
	shot_queue_release(queue, &taken);
	shot_queue_destroy(queue);
	shot_view_unref(&view);
}

static void keeps_nothing_where_nothing_changes(void **state)
{
	(void)state;
	struct shot_queue *queue = create(4);
	struct shot_view view = picture();
	struct shot_update update = update_of(&view, 1, -1), taken;
	assert_true(shot_queue_put(queue, &update));
	for (int i = 0; i < 80; i++) {
		update = update_of(&view, 1, 0);
		update.time_ns += 10000000 * (int64_t)i;
		assert_true(shot_queue_put(queue, &update));
	}
	update = update_of(&view, 2, 0);
	assert_true(shot_queue_put(queue, &update));
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	shot_queue_release(queue, &taken);
	assert_true(shot_owner_is_idle(view.owner));
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	assert_null(taken.view.owner);
	assert_int_equal(taken.time_ns, 2 * SHOT_NS_PER_S);
	assert_true(shot_queue_take(queue, &taken, shot_deadline_in(0.01)));
	assert_null(taken.view.owner);
	assert_int_equal(taken.time_ns, 2 * SHOT_NS_PER_S);
	shot_queue_wake(queue);
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	assert_null(taken.view.owner);
	shot_queue_end(queue, 3 * SHOT_NS_PER_S);
	assert_false(shot_queue_take(queue, &taken, SHOT_FOREVER));
	assert_int_equal(taken.time_ns, 3 * SHOT_NS_PER_S);
	shot_queue_destroy(queue);
	shot_view_unref(&view);
}

static void has_room_while_nothing_changes(void **state)
{
	(void)state;
	struct shot_queue *queue = create(3);
	struct shot_view view = picture();
	struct shot_update update = update_of(&view, 0, -1), taken;
	assert_true(shot_queue_put(queue, &update));
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	for (int i = 1; i < 10; i++) { /* and the taker is slow */
		update = update_of(&view, i, 0);
		assert_true(shot_queue_has_room(queue));
		assert_true(shot_queue_put(queue, &update));
	}
	update = update_of(&view, 10, 1);
	assert_true(shot_queue_put(queue, &update));
	assert_false(shot_queue_has_room(queue));
	assert_false(shot_queue_put(queue, &update));
	shot_queue_release(queue, &taken);
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	assert_null(taken.view.owner);
	assert_int_equal(taken.time_ns, SHOT_NS_PER_S);
	assert_true(shot_queue_take(queue, &taken, SHOT_FOREVER));
	assert_non_null(taken.view.owner);
	assert_int_equal(taken.time_ns, 10 * SHOT_NS_PER_S);
	shot_queue_release(queue, &taken);
	assert_int_equal(shot_queue_dropped(queue), 1);
	shot_queue_destroy(queue);
	shot_view_unref(&view);
}

static void takes_nothing_once_it_is_abandoned(void **state)
{
	(void)state;
	struct shot_queue *queue = create(2);
	struct shot_view view = picture();
	struct shot_update update = update_of(&view, 1, -1);
	assert_true(shot_queue_put(queue, &update));
	shot_queue_abandon(queue);
	assert_true(shot_owner_is_idle(view.owner));
	assert_false(shot_queue_put(queue, &update));
	shot_queue_destroy(queue);
	shot_view_unref(&view);
}

enum { MANY = 20000 };

static void *take_all(void *queue)
{
	struct shot_update update;
	int64_t before = -1;
	uintptr_t count = 0;
	while (shot_queue_take(queue, &update, SHOT_FOREVER)) {
		assert_true(update.time_ns >= before);
		before = update.time_ns;
		count += update.view.owner != NULL;
		shot_queue_release(queue, &update);
	}
	return (void *)count;
}

static void is_for_two_threads(void **state)
{
	(void)state;
	struct shot_queue *queue = create(3);
	struct shot_view view = picture();
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, take_all, queue), 0);
	uintptr_t put = 0;
	for (int i = 0; i < MANY; i++) {
		struct shot_update update = update_of(&view, i, i % 3 - 1);
		bool is_in = shot_queue_put(queue, &update);
		put += is_in && update.count != 0;
		if (!is_in) {
			sched_yield();
		}
		if (i % 100 == 0) {
			shot_queue_wake(queue);
		}
	}
	shot_queue_end(queue, MANY * SHOT_NS_PER_S);
	void *taken;
	pthread_join(thread, &taken);
	/* One in which nothing had changed showed what a dropped one would have. */
	assert_true((uintptr_t)taken >= put);
	assert_true((uintptr_t)taken <= put + shot_queue_dropped(queue));
	assert_true(shot_owner_is_idle(view.owner));
	shot_queue_destroy(queue);
	shot_view_unref(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refers_to_pixels_and_lets_go_of_them),
		cmocka_unit_test(counts_what_is_taken_until_it_is_released),
		cmocka_unit_test(drops_what_has_no_room_and_tells_the_next_one),
		cmocka_unit_test(keeps_nothing_where_nothing_changes),
		cmocka_unit_test(has_room_while_nothing_changes),
		cmocka_unit_test(takes_nothing_once_it_is_abandoned),
		cmocka_unit_test(is_for_two_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
