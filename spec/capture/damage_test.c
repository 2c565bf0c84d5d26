/* The account of damage, asked of a real server. */
/* xserver: 320x240x24 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/wait.h"
#include "capture/damage.h"
#include "x11/display.h"
#include "x11/source.h"

static const struct shot_rect SCREEN = {0, 0, 320, 240};

static uint64_t ask(struct shot_source *source, struct shot_damage *damage)
{
	struct shot_error err;
	enum shot_poll outcome;
	uint64_t ticket = shot_damage_ask(damage, false);
	assert_true(ticket > 0);
	source->kind->flush(source);
	while ((outcome = shot_damage_poll(damage, ticket, &err)) == SHOT_POLL_WAITING) {
		shot_wait_readable(source->kind->fd(source), -1, shot_deadline_in(10));
	}
	assert_int_equal(outcome, SHOT_POLL_DONE);
	return ticket;
}

static void forgets_what_was_read_after_the_last_question(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_rect out[4];
	struct shot_source *source = shot_source_open(&shot_x11_source, NULL, NULL, &err);
	assert_non_null(source);
	struct shot_damage *damage = shot_damage_create(source, &err);
	assert_non_null(damage);
	ask(source, damage); /* of all there was */
	uint64_t before = ask(source, damage);
	assert_int_equal(
		shot_damage_log_since(shot_damage_log_of(damage), before, SCREEN, out, 4), 0);
	shot_damage_forget(damage);
	assert_int_equal(
		shot_damage_log_since(shot_damage_log_of(damage), before, SCREEN, out, 4), -1);
	uint64_t after = ask(source, damage);
	assert_int_equal(
		shot_damage_log_since(shot_damage_log_of(damage), after, SCREEN, out, 4), 0);
	shot_damage_destroy(damage);
	shot_source_close(source);
}

static void compares_also_with_a_newer_capture(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_rect out[4], nothing = {0};
	struct shot_source *source = shot_source_open(&shot_x11_source, NULL, NULL, &err);
	assert_non_null(source);
	struct shot_damage *damage = shot_damage_create(source, &err);
	assert_non_null(damage);
	ask(source, damage); /* of all there was */
	uint64_t older = ask(source, damage);
	struct shot_display *display = shot_display_of(source);
	xcb_clear_area(display->xcb, 0, display->root, 10, 20, 30, 40);
	uint64_t newer = ask(source, damage);
	assert_int_equal(shot_damage_compare(damage, SCREEN, newer, nothing, out, 4), -1);
	for (int i = 0; i < 2; i++) { /* to the older one, and back */
		uint64_t ticket = i ? newer : older;
		assert_int_equal(shot_damage_compare(damage, SCREEN, ticket, nothing, out, 4), 1);
		assert_true(shot_rect_equal(out[0], (struct shot_rect){10, 20, 30, 40}));
	}
	assert_int_equal(shot_damage_compare(damage, SCREEN, newer, nothing, out, 4), 0);
	shot_damage_destroy(damage);
	shot_source_close(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forgets_what_was_read_after_the_last_question),
		cmocka_unit_test(compares_also_with_a_newer_capture),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
