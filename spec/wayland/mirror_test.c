/* What a mirror tells the compositor of its pictures: which parts of the one to be written are old.
 */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "support/hostile_client.h"
#include "wayland/connection.h"

static struct hostile *hostile;
static struct shot_grabber *grabber;

static void begin(const struct hostile_plan *plan)
{
	struct shot_error err;
	hostile = hostile_start(plan);
	grabber = open_display("wl-copy", true, &err);
	assert_non_null(grabber);
}

static void end(void)
{
	shot_grabber_close(grabber);
	hostile_stop(hostile);
}

/* The frame that waits ends, and the next one is begun. */
static void show(void)
{
	struct shot_error err;
	assert_true(hostile_tick(hostile) > 0);
	for (int i = 0; i < 4; i++) {
		assert_true(shot_grabber_take_events(grabber, &err));
		hostile_settle(hostile);
	}
}

/* The display follows the root: the first picture is awaited. */
static void look(void)
{
	struct shot_error err;
	for (int i = 0; i < 4; i++) {
		assert_true(shot_grabber_take_events(grabber, &err));
		hostile_settle(hostile);
	}
}

static void say_drawn(struct hostile_plan *plan, int32_t place)
{
	SAY(plan, HOSTILE_FRAME, EVENT(HOLD), EVENT(FILL, 0x204060), EVENT(TRANSFORM, 0),
		EVENT(DAMAGE, place, 2, 3, 4), EVENT(DAMAGE, place, 20, 5, 6), EVENT(READY));
	hostile_change(hostile, plan);
}

static void assert_told(const char *words, unsigned count)
{
	assert_int_equal(count, hostile_count(hostile, "damage_buffer("));
	if (count > 0) {
		assert_int_equal(1, hostile_count(hostile, words));
	}
	hostile_forget(hostile);
}

/* Two pictures take turns; the older one lacks what the newer one's frame brought. */
static void test_stale_parts(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	SAY(&plan, HOSTILE_FRAME, EVENT(HOLD), EVENT(FILL, 0x204060), EVENT(TRANSFORM, 0),
		EVENT(DAMAGE, 0, 0, 64, 48), EVENT(READY));
	begin(&plan);
	look();
	assert_told("damage_buffer(0, 0, 64, 48)", 1); /* nothing is in it yet */
	for (int32_t round = 0; round < 6; round++) {
		char words[64];
		say_drawn(&plan, 10 + round); /* what the next frame will bring */
		show();
		if (round == 0) { /* the second picture is new, too */
			assert_told("damage_buffer(0, 0, 64, 48)", 1);
			continue;
		}
		snprintf(words, sizeof words, "damage_buffer(%d, 2, 3, 4)", 10 + round - 1);
		assert_int_equal(1, hostile_count(hostile, words));
		snprintf(words, sizeof words, "damage_buffer(%d, 20, 5, 6)", 10 + round - 1);
		assert_told(words, 2);
	}
	end();
}

/* A picture that has become too small is given up: nothing is in the new one. */
static void test_larger(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	SAY(&plan, HOSTILE_SESSION, EVENT(SIZE, 64, 48), EVENT(FORMAT, XRGB), EVENT(KNOWN),
		EVENT(HOLD), EVENT(HOLD), EVENT(HOLD), EVENT(SIZE, 128, 96), EVENT(FORMAT, XRGB),
		EVENT(KNOWN));
	SAY(&plan, HOSTILE_FRAME, EVENT(HOLD), EVENT(FILL, 0x204060), EVENT(TRANSFORM, 0),
		EVENT(DAMAGE, 1, 2, 3, 4), EVENT(READY));
	begin(&plan);
	look();
	show();
	hostile_forget(hostile);
	show();
	assert_told("damage_buffer(1, 2, 3, 4)", 1);
	show(); /* now the size is another */
	assert_told("damage_buffer(0, 0, 128, 96)", 1);
	const struct shot_wayland *wayland = shot_wayland_of(grabber->source);
	unsigned used = 0;
	for (unsigned i = 0; i < SHOT_WAYLAND_SCRATCHES; i++) {
		used += wayland->scratches[i].is_used;
	}
	assert_int_equal(2, used);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stale_parts),
		cmocka_unit_test(test_larger),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
