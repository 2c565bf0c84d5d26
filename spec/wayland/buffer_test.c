/* Buffers in attached memory: which are the same again, and which are given up. */
/* with: support/hostile.c */
/* link: -lwayland-server -lwayland-client */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "support/hostile_client.h"
#include "base/segment.h"
#include "wayland/buffer.h"
#include "wayland/connection.h"
#include "wayland/library.h"

#include <wayland-client-protocol.h>

enum { BYTES = 1 << 16 };

static struct hostile *hostile;
static struct shot_grabber *grabber;
static struct shot_wayland_memory memory;

static int begin(void **state)
{
	struct hostile_plan plan = hostile_honest();
	struct shot_segment segment;
	struct shot_error err;
	int fd;
	(void)state;
	hostile = hostile_start(&plan);
	grabber = open_display(NULL, false, &err);
	assert_non_null(grabber);
	assert_true(shot_segment_create(&segment, BYTES, &fd, &err));
	assert_true(shot_wayland_memory_attach(
		&memory, shot_wayland_of(grabber->source)->shm, fd, BYTES));
	close(fd);
	shot_segment_finish(&segment);
	return 0;
}

static int end(void **state)
{
	(void)state;
	shot_wayland_memory_finish(&memory);
	shot_grabber_close(grabber);
	hostile_stop(hostile);
	return 0;
}

/* One of a row of pixels at a place of its own. */
static struct shot_wayland_buffer *take(int32_t place)
{
	struct shot_wayland_shape shape = {
		.offset = place * 64, .width = 16, .height = 1, .stride = 64};
	struct shot_wayland_buffer *buffer = shot_wayland_buffer_take(&memory, &shape);
	assert_non_null(buffer);
	return buffer;
}

/* The compositor's name for it; a new one has a new name until events are read. */
static uint32_t id_of(const struct shot_wayland_buffer *buffer)
{
	return wl_proxy_get_id((struct wl_proxy *)shot_wayland_buffer_proxy(buffer));
}

static void test_same_again(void **state)
{
	(void)state;
	struct shot_wayland_buffer *one = take(0), *other = take(0);
	assert_true(one != other); /* the first is in use */
	shot_wayland_buffer_give(one);
	assert_true(take(0) == one);
	struct shot_wayland_buffer *third = take(0);
	assert_true(third != one && third != other);
	shot_wayland_buffer_give(third);
	struct shot_wayland_buffer *elsewhere = take(1);
	assert_true(elsewhere != third); /* of another shape */
	shot_wayland_buffer_give(one);
	shot_wayland_buffer_give(other);
	shot_wayland_buffer_give(elsewhere);
	shot_wayland_buffer_give(NULL);
}

/* Takes one and gives it back. */
static uint32_t touch(int32_t place)
{
	struct shot_wayland_buffer *buffer = take(place);
	uint32_t id = id_of(buffer);
	shot_wayland_buffer_give(buffer);
	return id;
}

static void test_few_are_kept(void **state)
{
	uint32_t ids[20];
	(void)state;
	for (int32_t i = 0; i < 20; i++) {
		ids[i] = touch(i);
	}
	for (int32_t i = 12; i < 20; i++) {
		assert_int_equal(ids[i], touch(i));
	}
	assert_true(touch(0) != ids[0]);
}

/* Whoever uses one gives it back after its memory is gone. */
static void test_memory_goes_first(void **state)
{
	(void)state;
	struct shot_wayland_buffer *used = take(0), *idle = take(1);
	shot_wayland_buffer_give(idle);
	shot_wayland_memory_finish(&memory);
	assert_true(id_of(used) > 0);
	shot_wayland_buffer_give(used);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_again, begin, end),
		cmocka_unit_test_setup_teardown(test_few_are_kept, begin, end),
		cmocka_unit_test_setup_teardown(test_memory_goes_first, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
