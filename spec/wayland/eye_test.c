#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wayland/eye.h"

static struct shot_wayland wayland;

/* Takes all that the eye has; it must be these. */
static void assert_takes(
	struct shot_wayland_eye *eye, const struct shot_rect *expected, unsigned count)
{
	struct shot_region region = {0};
	struct shot_error err;
	assert_true(shot_wayland_eye_take(eye, &region, &err));
	assert_int_equal(count, region.count);
	for (unsigned i = 0; i < count; i++) {
		assert_true(shot_rect_equal(expected[i], region.rects[i]));
	}
	shot_region_finish(&region);
}

static void test_drawn(void **state)
{
	(void)state;
	bool is_due = false;
	struct shot_wayland_eye eye = {.rect = {10, 10, 100, 50}, .is_due = &is_due};
	shot_wayland_eye_open(&wayland, &eye);
	assert_takes(&eye, &eye.rect, 1); /* before anything is known of it */
	assert_takes(&eye, NULL, 0);
	shot_wayland_eyes_note(&wayland, (struct shot_rect){0, 0, 10, 200}, false);
	assert_false(is_due);
	shot_wayland_eyes_note(&wayland, (struct shot_rect){0, 0, 30, 20}, false);
	assert_true(is_due);
	shot_wayland_eyes_note(&wayland, (struct shot_rect){90, 50, 5, 5}, false);
	static const struct shot_rect drawn[] = {{10, 10, 20, 10}, {90, 50, 5, 5}};
	assert_takes(&eye, drawn, 2);
	assert_false(is_due);
	assert_takes(&eye, NULL, 0);
	shot_wayland_eye_close(&wayland, &eye);
	assert_null(wayland.eyes);
	shot_wayland_eyes_note(&wayland, eye.rect, false);
	assert_false(is_due);
}

/* The first picture of an output is news to captures, and none to a watch. */
static void test_first_pictures(void **state)
{
	(void)state;
	bool is_due = false;
	struct shot_wayland_eye watch = {.rect = {0, 0, 20, 20}, .is_due = &is_due},
				root = {.rect = {0, 0, 99, 99}, .wants_first = true};
	shot_wayland_eye_open(&wayland, &watch);
	shot_wayland_eye_open(&wayland, &root);
	assert_takes(&watch, &watch.rect, 1);
	assert_takes(&root, &root.rect, 1);
	static const struct shot_rect picture = {0, 0, 64, 48};
	shot_wayland_eyes_note(&wayland, picture, true);
	assert_false(is_due);
	assert_takes(&watch, NULL, 0);
	assert_takes(&root, &picture, 1);
	shot_wayland_eye_close(&wayland, &watch);
	assert_ptr_equal(&root, wayland.eyes);
	shot_wayland_eye_close(&wayland, &root);
}

static void test_settled(void **state)
{
	(void)state;
	struct shot_wayland_eye eye = {.rect = {0, 0, 20, 20}};
	shot_wayland_eye_open(&wayland, &eye);
	shot_wayland_eyes_settle(&wayland, true);
	assert_false(eye.is_settled);
	shot_wayland_eyes_settle(&wayland, false);
	assert_true(eye.is_settled);
	shot_wayland_eyes_settle(&wayland, true); /* that of an output that came later */
	assert_true(eye.is_settled);
	shot_wayland_eye_close(&wayland, &eye);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drawn),
		cmocka_unit_test(test_first_pictures),
		cmocka_unit_test(test_settled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
