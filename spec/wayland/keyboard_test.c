/* The keys that a compositor gets, and the waits between them. */
/* with: support/hostile.c */
/* link: --wrap=shot_hung_up -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/hostile_actor.h"

enum { SHIFT = 0xffe1, CONTROL = 0xffe3 };

static unsigned rests;	    /* how often it asked whether it is still wanted */
static unsigned wanted_for; /* how often the answer is that it is */

bool __wrap_shot_hung_up(int socket, double seconds);
bool __wrap_shot_hung_up(int socket, double seconds)
{
	(void)socket;
	rested += seconds;
	return ++rests > wanted_for;
}

static int begin(void **state)
{
	struct hostile_plan plan = hostile_honest();
	(void)state;
	plan.has_input = true;
	plan.seat = POINTER | KEYBOARD;
	wanted_for = 100000;
	begin_acting(&plan);
	hostile_forget(hostile);
	rested = rests = 0;
	return 0;
}

/* What was heard since: "30+" for a key that is pressed, "30-" for one that is released, "m1" for
 * modifiers, "map". */
static void assert_heard(const char *expected)
{
	char got[8192] = "";
	kind->flush(actor);
	for (const char *at = hostile_heard(hostile); *at; at = strchr(at, '\n') + 1) {
		size_t used = strlen(got);
		unsigned code, is_down;
		if (sscanf(at, "zwp_virtual_keyboard_v1.key(%*u, %u, %u)", &code, &is_down) == 2) {
			snprintf(got + used, sizeof got - used, "%u%c ", code, is_down ? '+' : '-');
		} else if (sscanf(at, "zwp_virtual_keyboard_v1.modifiers(%u", &code) == 1) {
			snprintf(got + used, sizeof got - used, "m%u ", code);
		} else if (strncmp(at, "zwp_virtual_keyboard_v1.keymap(1, h,", 36) == 0) {
			snprintf(got + used, sizeof got - used, "map ");
		}
	}
	assert_string_equal(expected, got);
	hostile_forget(hostile);
}

static void hold(uint32_t first, uint32_t second, uint32_t third)
{
	struct shot_error err;
	struct shot_act act = {.verb = SHOT_VERB_KEY,
		.key_count = third    ? 3
			     : second ? 2
				      : 1,
		.keys = {first, second, third}};
	assert_true(kind->hold(actor, &act, &err));
}

/* Keys go down in their order, and each once; up come the modifiers last. */
static void test_hold(void **state)
{
	(void)state;
	hold(CONTROL, 't', 0);
	assert_heard("29+ m4 20+ ");
	kind->let_go(actor);
	assert_heard("20- 29- m0 ");
	kind->let_go(actor);
	assert_heard("");
	hold(CONTROL, SHIFT, 'T'); /* which needs Shift, that is down */
	assert_heard("29+ m4 42+ m5 20+ ");
	kind->let_go(actor);
	assert_heard("20- 29- m1 42- m0 ");
	hold('a', 'a', 'A');
	assert_heard("30+ 42+ m1 ");
	kind->let_go(actor);
	assert_heard("30- 42- m0 ");
	hold('!', 0, 0);
	assert_heard("42+ m1 2+ ");
	kind->let_go(actor);
	assert_heard("2- 42- m0 ");
}

static void type_text(const uint32_t *units, unsigned count, uint32_t pause_us)
{
	struct shot_error err;
	struct shot_act act = {.verb = SHOT_VERB_TYPE, .count = count, .pause_us = pause_us};
	memcpy(act.units, units, count * sizeof *units);
	assert_true(kind->type(actor, &act, &err));
}

/* A character without a key gets one that is left, and keeps it. */
static void test_type(void **state)
{
	static const uint32_t units[] = {'a', 'B', 0x43f, 'a', 0x43f};
	(void)state;
	type_text(units, 5, 0);
	assert_heard("map 30+ 30- 42+ m1 48+ 48- 42- m0 247+ 247- 30+ 30- 247+ 247- ");
	type_text(units + 2, 1, 0);
	assert_heard("247+ 247- ");
	assert_true(rested == 0);
}

/* More characters without a key than are left: they go around. */
static void test_many(void **state)
{
	uint32_t units[SHOT_ACT_UNITS];
	(void)state;
	for (uint32_t i = 0; i < SHOT_ACT_UNITS; i++) {
		units[i] = 0x4e00 + i;
	}
	type_text(units, SHOT_ACT_UNITS, 0);
	kind->flush(actor);
	unsigned maps = hostile_count(hostile, "keymap(");
	assert_in_range(maps, 2, 5);
	assert_int_equal(SHOT_ACT_UNITS, hostile_count(hostile, ", 1)\n"));
	assert_int_equal(SHOT_ACT_UNITS, hostile_count(hostile, ", 0)\n"));
}

/* A chord for which too few keys are left gets all of them. */
static void test_many_chords(void **state)
{
	enum { UNICODE = 0x1004e00, CHORDS = 150 };
	(void)state;
	for (uint32_t odd = 0; odd < 2; odd++) {
		if (odd) {
			hold(UNICODE + 4 * CHORDS, 0, 0);
			kind->let_go(actor);
		}
		for (uint32_t i = 2 * CHORDS * odd; i < 2 * CHORDS * (odd + 1); i += 2) {
			kind->flush(actor);
			hostile_forget(hostile);
			hold(UNICODE + i, UNICODE + i + 1, 0);
			kind->let_go(actor);
			kind->flush(actor);
			assert_int_equal(2, hostile_count(hostile, ", 1)\n"));
			assert_int_equal(2, hostile_count(hostile, ", 0)\n"));
		}
	}
}

/* It rests after each character when that is asked for, and stops when nobody wants it. */
static void test_rests(void **state)
{
	static const uint32_t units[] = {'a', 'b', 'c', 'd'};
	(void)state;
	type_text(units, 4, 250000);
	assert_true(rested >= 1 && rested < 1.5);
	assert_heard("30+ 30- 48+ 48- 46+ 46- 32+ 32- ");
	wanted_for = rests + 3;
	type_text(units, 4, 250000);
	assert_heard("30+ 30- 48+ 48- 46+ 46- ");
	wanted_for = 0;
	type_text(units, 4, 0);
	assert_heard("");
}

/* It writes no further ahead of a program that reads slowly than compositors keep for one: at most
 * 250 events alone, or 2,000 that come together. */
static void test_waits_for_slow_programs(void **state)
{
	uint32_t units[SHOT_ACT_UNITS];
	(void)state;
	for (unsigned i = 0; i < SHOT_ACT_UNITS; i++) {
		units[i] = 'a' + i % 2;
	}
	int64_t began = shot_clock_ns();
	for (int round = 0; round < 10; round++) { /* 5,120 events: 2.5 s, less what it is ahead */
		type_text(units, SHOT_ACT_UNITS, 0);
	}
	rested = 0;
	type_text(units, 1, 0);
	assert_true(rested + (double)(shot_clock_ns() - began) / SHOT_NS_PER_S > 1.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hold, begin, end),
		cmocka_unit_test_setup_teardown(test_type, begin, end),
		cmocka_unit_test_setup_teardown(test_many, begin, end),
		cmocka_unit_test_setup_teardown(test_many_chords, begin, end),
		cmocka_unit_test_setup_teardown(test_rests, begin, end),
		cmocka_unit_test_setup_teardown(test_waits_for_slow_programs, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
