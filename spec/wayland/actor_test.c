/* What an actor tells a compositor, request by request, and one that lets nobody act. */
/* with: support/hostile.c */
/* link: --wrap=shot_hung_up -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "input/gesture.h"
#include "support/hostile_actor.h"

bool __wrap_shot_hung_up(int socket, double seconds);
bool __wrap_shot_hung_up(int socket, double seconds)
{
	(void)socket;
	rested += seconds;
	return false;
}

/* Two outputs of 64x48, side by side, the second one 10 lower; the second has twice as many pixels
 * for each logical unit. */
static struct hostile_plan plan_of(uint32_t seat)
{
	struct hostile_plan plan = hostile_honest();
	plan.has_input = true;
	plan.seat = seat;
	plan.outputs = 2;
	SAY(&plan, HOSTILE_OUTPUT, EVENT(ROW, 64, 10, 0), EVENT(MODE, 64, 48), EVENT(DONE));
	return plan;
}

static int begin(void **state)
{
	struct hostile_plan plan = plan_of(POINTER | KEYBOARD);
	(void)state;
	begin_acting(&plan);
	hostile_forget(hostile);
	return 0;
}

/* The requests since the last question, without their times. */
static void assert_heard(const char *expected)
{
	char got[4096] = "";
	kind->flush(actor);
	for (const char *at = hostile_heard(hostile); *at;) {
		const char *line = strchr(at, '.'), *stop = strchr(at, '\n');
		size_t used = strlen(got);
		if (strncmp(at, "zw", 2) == 0) {
			snprintf(got + used, sizeof got - used, "%.*s\n", (int)(stop - line - 1),
				line + 1);
		}
		at = stop + 1;
	}
	for (char *at = got; (at = strpbrk(at, "(")); at++) { /* times are first, and long */
		char *comma = strchr(at, ',');
		size_t digits = strspn(at + 1, "0123456789");
		if (digits > 2 && comma == at + 1 + digits) {
			memmove(at + 1, comma + 2, strlen(comma + 2) + 1);
		}
	}
	assert_string_equal(expected, got);
	hostile_forget(hostile);
}

/* Whether it can act is found out when that is asked for. */
static void test_cannot_act(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	hostile = hostile_start(&plan);
	assert_true(kind->load(&err));
	assert_null(kind->open(NULL, -1, &err));
	assert_string_equal("ENOTSUP", err.code);
	assert_non_null(
		strstr(err.message, "the compositor lacks zwlr_virtual_pointer_manager_v1"));
	hostile_stop(hostile);
}

/* Programs need a moment to notice the first devices of a seat, and none for further ones. */
static void test_first_devices(void **state)
{
	(void)state;
	for (uint32_t seat = 0; seat <= (POINTER | KEYBOARD); seat++) {
		struct hostile_plan plan = plan_of(seat);
		begin_acting(&plan);
		assert_true(seat == (POINTER | KEYBOARD) ? rested == 0 : rested == 0.5);
		assert_int_equal(1, hostile_count(hostile, "keymap("));
		end(state);
	}
}

static void test_buttons(void **state)
{
	static const char *const heard[] = {"button(272, %d)\nframe()\n",
		"button(274, %d)\nframe()\n", "button(273, %d)\nframe()\n", NULL, NULL, NULL, NULL,
		"button(275, %d)\nframe()\n", "button(276, %d)\nframe()\n"};
	(void)state;
	for (unsigned button = 1; button <= SHOT_ACT_BUTTONS; button++) {
		for (int down = 1; heard[button - 1] && down >= 0; down--) {
			char expected[64];
			snprintf(expected, sizeof expected, heard[button - 1], down);
			kind->press_button(actor, button, down);
			kind->press_button(actor, button, down); /* which changes nothing */
			assert_heard(expected);
		}
	}
}

static void test_wheel(void **state)
{
	static const char *const heard[] = {"axis_discrete(0, -15, -1)\naxis_source(0)\nframe()\n",
		"axis_discrete(0, 15, 1)\naxis_source(0)\nframe()\n",
		"axis_discrete(1, -15, -1)\naxis_source(0)\nframe()\n",
		"axis_discrete(1, 15, 1)\naxis_source(0)\nframe()\n"};
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		kind->press_button(actor, 4 + i, true);
		kind->press_button(actor, 4 + i, false);
		assert_heard(heard[i]);
	}
}

static void test_places(void **state)
{
	struct shot_error err;
	(void)state;
	kind->move(actor, (struct shot_point){3, 4});
	/* In 256ths of a logical unit, at the middle of the pixel. */
	assert_heard("motion_absolute(896, 1152, 32768, 14848)\nframe()\n");
	kind->move(actor, (struct shot_point){64, 57});
	assert_heard("motion_absolute(16512, 14720, 32768, 14848)\nframe()\n");
	kind->move(actor, (struct shot_point){3, 50}); /* there is no output */
	assert_heard("");
	assert_true(kind->check_point(actor, (struct shot_point){64, 57}, &err));
	assert_false(kind->check_point(actor, (struct shot_point){3, 50}, &err));
	assert_string_equal("EGEOMETRY", err.code);
	assert_string_equal("the point 3,50 lies on no monitor of the 128x58 screen", err.message);
}

/* A drag goes in small steps, and rests at both ends: programs look now and then. */
static void test_drag(void **state)
{
	struct shot_error err;
	struct shot_act act = {.verb = SHOT_VERB_DRAG,
		.has_from = true,
		.has_to = true,
		.from = {1, 2},
		.to = {33, 18},
		.button = 1};
	(void)state;
	actor->kind = kind;
	rested = 0;
	assert_true(shot_gesture(actor, &act, -1, &err));
	assert_int_equal(1 + SHOT_ACT_DRAG_STEPS, hostile_count(hostile, "motion_absolute("));
	assert_int_equal(1, hostile_count(hostile, ", 272, 1)"));
	assert_int_equal(1, hostile_count(hostile, ", 272, 0)"));
	assert_int_equal(180, (int)(rested * 1000 + 0.5)); /* ms: 2 * 50 + 16 * 5 */
}

/* A window alone cannot be acted on; an act waits until a changed layout is known. */
static void test_begin(void **state)
{
	struct shot_error err;
	struct hostile_plan plan = plan_of(POINTER | KEYBOARD);
	SAY(&plan, HOSTILE_OUTPUT, EVENT(MODE, 64, 48), EVENT(DONE), EVENT(HOLD),
		EVENT(MODE, 800, 600), EVENT(DONE));
	begin_acting(&plan);
	assert_false(kind->begin(actor, &(struct shot_act){.only = 7}, &err));
	assert_string_equal("ENOTSUP", err.code);
	assert_true(kind->begin(actor, &(struct shot_act){.verb = SHOT_VERB_MOVE}, &err));
	assert_false(kind->check_point(actor, (struct shot_point){700, 500}, &err));
	assert_int_equal(2, hostile_tick(hostile));
	assert_true(kind->settle(actor, &err));
	assert_true(kind->begin(actor, &(struct shot_act){.verb = SHOT_VERB_MOVE}, &err));
	assert_true(kind->check_point(actor, (struct shot_point){700, 500}, &err));
	end(state);
}

/* All that is down is let go of, buttons before keys, and the devices go. */
static void test_close(void **state)
{
	struct shot_error err;
	struct hostile_plan plan = plan_of(POINTER | KEYBOARD);
	(void)state;
	begin_acting(&plan);
	struct shot_act act = {.verb = SHOT_VERB_KEY, .key_count = 2, .keys = {0xffe3, 'a'}};
	assert_true(kind->hold(actor, &act, &err));
	kind->press_button(actor, 3, true);
	kind->press_button(actor, 9, true);
	kind->flush(actor);
	hostile_forget(hostile);
	kind->close(actor);
	const char *heard = hostile_heard(hostile);
	const char *right = strstr(heard, ", 273, 0)"), *extra = strstr(heard, ", 276, 0)"),
		   *key = strstr(heard, ", 30, 0)"), *control = strstr(heard, ", 29, 0)");
	assert_non_null(right);
	assert_true(right < extra && extra < key && key < control);
	assert_int_equal(1, hostile_count(hostile, "virtual_pointer_v1.destroy()"));
	assert_int_equal(1, hostile_count(hostile, "virtual_keyboard_v1.destroy()"));
	assert_int_equal(2, hostile_count(hostile, ", 0)\nzwlr_virtual_pointer_v1.frame()"));
	hostile_stop(hostile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cannot_act),
		cmocka_unit_test(test_first_devices),
		cmocka_unit_test_setup_teardown(test_buttons, begin, end),
		cmocka_unit_test_setup_teardown(test_wheel, begin, end),
		cmocka_unit_test_setup_teardown(test_places, begin, end),
		cmocka_unit_test_setup_teardown(test_drag, begin, end),
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
