/* Plans for random damage: nothing stale is left, nothing else is touched, and it pays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "capture/update_plan.h"

#define WIDTH 1600
#define HEIGHT 1200

static int32_t between(int32_t low, int32_t high)
{
	return low + rand() % (high - low + 1);
}

static int64_t area(struct shot_rect rect)
{
	return (int64_t)rect.width * rect.height;
}

/* Somewhere in `picture`, no longer than `largest` either way. */
static struct shot_rect random_rect(struct shot_rect picture, int32_t largest)
{
	struct shot_rect rect = {0, 0,
		between(1, largest < picture.width ? largest : picture.width),
		between(1, largest < picture.height ? largest : picture.height)};
	rect.x = picture.x + between(0, picture.width - rect.width);
	rect.y = picture.y + between(0, picture.height - rect.height);
	return rect;
}

/* Returns whether the plan has pieces, which are all that was asked of them. */
static bool check(struct shot_rect picture, const struct shot_rect *stale, unsigned count)
{
	static unsigned char fresh[HEIGHT][WIDTH];
	struct shot_rect given[SHOT_UPDATE_PLAN_RECTS];
	struct shot_update_plan plan;
	memcpy(given, stale, count * sizeof *stale);
	shot_update_plan_make(&plan, picture, given, count);
	if (plan.is_full) {
		assert_int_equal(plan.count, 0);
		return false;
	}
	assert_in_range(plan.count, 0, SHOT_UPDATE_PLAN_PIECES);
	memset(fresh, 0, sizeof fresh);
	int64_t aside = 0, pixels = 0;
	for (unsigned i = 0; i < plan.count; i++) {
		struct shot_rect rect = plan.pieces[i].rect;
		assert_false(shot_rect_is_empty(rect));
		assert_true(shot_rect_contains(picture, rect));
		if (plan.pieces[i].is_narrow) {
			assert_true(rect.width < picture.width);
			aside += area(rect);
		} else {
			assert_int_equal(rect.x, picture.x);
			assert_int_equal(rect.width, picture.width);
		}
		pixels += area(rect);
		for (int32_t y = rect.y - picture.y; y < rect.y - picture.y + rect.height; y++) {
			/* No pixel is read twice. */
			assert_null(memchr(&fresh[y][rect.x - picture.x], 1, (size_t)rect.width));
			memset(&fresh[y][rect.x - picture.x], 1, (size_t)rect.width);
		}
	}
	for (unsigned i = 0; i < count; i++) {
		struct shot_rect rect = stale[i];
		for (int32_t y = rect.y - picture.y; y < rect.y - picture.y + rect.height; y++) {
			assert_null(memchr(&fresh[y][rect.x - picture.x], 0, (size_t)rect.width));
		}
	}
	assert_true(pixels <= area(picture));
	assert_true(2 * aside <= area(picture)); /* the scratch is as large as that */
	return true;
}

static void covers_random_damage(void **state)
{
	(void)state;
	srand(1);
	unsigned planned = 0, rounds = 400;
	for (unsigned round = 0; round < rounds; round++) {
		struct shot_rect picture = {between(-500, 500), between(-500, 500),
			between(1, WIDTH), between(1, HEIGHT)};
		struct shot_rect stale[SHOT_UPDATE_PLAN_RECTS];
		unsigned count = (unsigned)between(1, round % 4 ? 8 : SHOT_UPDATE_PLAN_RECTS);
		int32_t largest = 1 << between(0, 11);
		for (unsigned i = 0; i < count; i++) {
			stale[i] = random_rect(picture, largest);
		}
		planned += check(picture, stale, count);
	}
	assert_in_range(planned, rounds / 10, rounds - rounds / 10);
}

static const struct shot_rect SCREEN = {0, 0, WIDTH, HEIGHT};

static void make(struct shot_update_plan *plan, const struct shot_rect *stale, unsigned count)
{
	struct shot_rect given[SHOT_UPDATE_PLAN_RECTS];
	memcpy(given, stale, count * sizeof *stale);
	shot_update_plan_make(plan, SCREEN, given, count);
}

static void reads_little_aside(void **state)
{
	(void)state;
	struct shot_update_plan plan;
	struct shot_rect small = {700, 500, 100, 20};
	make(&plan, &small, 1);
	assert_false(plan.is_full);
	assert_int_equal(plan.count, 1);
	assert_true(plan.pieces[0].is_narrow);
	assert_true(shot_rect_equal(plan.pieces[0].rect, small));
}

static void reads_wide_damage_in_place(void **state)
{
	(void)state;
	struct shot_update_plan plan;
	struct shot_rect wide = {100, 500, WIDTH - 200, 20};
	make(&plan, &wide, 1);
	assert_false(plan.is_full);
	assert_int_equal(plan.count, 1);
	assert_false(plan.pieces[0].is_narrow);
	assert_true(shot_rect_equal(plan.pieces[0].rect, (struct shot_rect){0, 500, WIDTH, 20}));
}

static void joins_neighbors_and_keeps_the_distant_apart(void **state)
{
	(void)state;
	struct shot_update_plan plan;
	struct shot_rect stale[] = {{10, 900, 5, 5}, {10, 100, 5, 5}, {40, 106, 5, 5}};
	make(&plan, stale, 3);
	assert_int_equal(plan.count, 2);
	assert_true(shot_rect_equal(plan.pieces[0].rect, (struct shot_rect){10, 100, 35, 11}));
	assert_true(shot_rect_equal(plan.pieces[1].rect, stale[0]));
}

static void reads_all_of_it_when_pieces_do_not_pay(void **state)
{
	(void)state;
	struct shot_update_plan plan;
	make(&plan, &SCREEN, 1);
	assert_true(plan.is_full);
	struct shot_rect rows[SHOT_UPDATE_PLAN_PIECES + 1];
	for (int i = 0; i <= SHOT_UPDATE_PLAN_PIECES; i++) {
		rows[i] = (struct shot_rect){0, i * 40, 1, 1};
	}
	make(&plan, rows, SHOT_UPDATE_PLAN_PIECES + 1);
	assert_true(plan.is_full);
	make(&plan, rows, SHOT_UPDATE_PLAN_PIECES);
	assert_false(plan.is_full);
	assert_int_equal(plan.count, SHOT_UPDATE_PLAN_PIECES);
}

static void has_nothing_to_do_when_nothing_is_stale(void **state)
{
	(void)state;
	struct shot_update_plan plan;
	shot_update_plan_make(&plan, SCREEN, NULL, 0);
	assert_false(plan.is_full);
	assert_int_equal(plan.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers_random_damage),
		cmocka_unit_test(reads_little_aside),
		cmocka_unit_test(reads_wide_damage_in_place),
		cmocka_unit_test(joins_neighbors_and_keeps_the_distant_apart),
		cmocka_unit_test(reads_all_of_it_when_pieces_do_not_pay),
		cmocka_unit_test(has_nothing_to_do_when_nothing_is_stale),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
