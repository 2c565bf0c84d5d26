/* The log of changes, beside one that forgets nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "capture/damage_log.h"

#define SIZE 64 /* of the screen in the random test, in pixels */
#define ROUNDS 400
#define LIMIT 4096

static const struct shot_rect SCREEN = {0, 0, SIZE, SIZE};

static struct shot_rect random_rect(void)
{
	int32_t x = rand() % SIZE, y = rand() % SIZE;
	return (struct shot_rect){x, y, 1 + rand() % (SIZE - x), 1 + rand() % (SIZE - y)};
}

static void mark(bool pixels[SIZE][SIZE], struct shot_rect rect)
{
	for (int32_t y = rect.y; y < rect.y + rect.height; y++) {
		memset(&pixels[y][rect.x], true, (size_t)rect.width);
	}
}

static void starts_empty(void **state)
{
	(void)state;
	struct shot_damage_log log = {0};
	struct shot_rect out[1];
	assert_int_equal(shot_damage_log_since(&log, 0, SCREEN, out, 1), 0);
}

static void lists_what_is_newer(void **state)
{
	(void)state;
	struct shot_damage_log log = {0};
	struct shot_rect out[4];
	const struct shot_rect first[] = {{1, 2, 3, 4}}, second[] = {{5, 6, 7, 8}, {20, 1, 2, 3}};
	shot_damage_log_add(&log, 3, first, 1);
	shot_damage_log_add(&log, 9, second, 2);
	assert_int_equal(shot_damage_log_since(&log, 2, SCREEN, out, 4), 3);
	assert_true(shot_rect_equal(out[0], first[0]));
	assert_int_equal(shot_damage_log_since(&log, 3, SCREEN, out, 4), 2);
	assert_true(shot_rect_equal(out[0], second[0]));
	assert_true(shot_rect_equal(out[1], second[1]));
	assert_int_equal(shot_damage_log_since(&log, 8, SCREEN, out, 4), 2);
	assert_int_equal(shot_damage_log_since(&log, 9, SCREEN, out, 4), 0);
}

static void cuts_to_the_clip(void **state)
{
	(void)state;
	struct shot_damage_log log = {0};
	struct shot_rect out[2];
	const struct shot_rect rects[] = {{0, 0, 10, 10}, {30, 30, 10, 10}};
	shot_damage_log_add(&log, 1, rects, 2);
	struct shot_rect clip = {5, 8, 25, 22}; /* ends where the second begins */
	assert_int_equal(shot_damage_log_since(&log, 0, clip, out, 2), 1);
	assert_true(shot_rect_equal(out[0], (struct shot_rect){5, 8, 5, 2}));
}

static void refuses_more_than_the_limit(void **state)
{
	(void)state;
	struct shot_damage_log log = {0};
	struct shot_rect out[3] = {[2] = {7, 7, 7, 7}};
	const struct shot_rect rects[] = {{0, 0, 1, 1}, {2, 0, 1, 1}, {4, 0, 1, 1}};
	shot_damage_log_add(&log, 1, rects, 3);
	assert_int_equal(shot_damage_log_since(&log, 0, SCREEN, out, 2), -1);
	assert_int_equal(out[2].x, 7);
	assert_int_equal(shot_damage_log_since(&log, 0, SCREEN, out, 3), 3);
	assert_int_equal(shot_damage_log_since(&log, 0, (struct shot_rect){0, 0, 3, 1}, out, 2), 2);
}

static void forgets_the_oldest_and_knows_it(void **state)
{
	(void)state;
	struct shot_damage_log log = {0};
	struct shot_rect out[SHOT_DAMAGE_LOG_ENTRIES], rect = {0, 0, 1, 1};
	for (uint64_t ticket = 10; ticket < 10 + SHOT_DAMAGE_LOG_ENTRIES; ticket++) {
		shot_damage_log_add(&log, ticket, &rect, 1);
	}
	assert_int_equal(shot_damage_log_since(&log, 0, SCREEN, out, SHOT_DAMAGE_LOG_ENTRIES),
		SHOT_DAMAGE_LOG_ENTRIES);
	shot_damage_log_add(&log, 1000, &rect, 1);
	assert_int_equal(shot_damage_log_since(&log, 9, SCREEN, out, SHOT_DAMAGE_LOG_ENTRIES), -1);
	assert_int_equal(shot_damage_log_since(&log, 10, SCREEN, out, SHOT_DAMAGE_LOG_ENTRIES),
		SHOT_DAMAGE_LOG_ENTRIES);
}

static void does_not_remember_what_it_was_told_to_forget(void **state)
{
	(void)state;
	struct shot_damage_log log = {0};
	struct shot_rect out[SHOT_DAMAGE_LOG_ENTRIES], rect = {0, 0, 1, 1};
	for (uint64_t ticket = 1; ticket <= SHOT_DAMAGE_LOG_ENTRIES; ticket++) {
		shot_damage_log_add(&log, ticket, &rect, 1);
	}
	log.forgotten = 200;
	shot_damage_log_add(&log, 201, &rect, 1);
	assert_int_equal(
		shot_damage_log_since(&log, 199, SCREEN, out, SHOT_DAMAGE_LOG_ENTRIES), -1);
	assert_int_equal(shot_damage_log_since(&log, 200, SCREEN, out, SHOT_DAMAGE_LOG_ENTRIES), 1);
}

static void takes_no_room_for_nothing(void **state)
{
	(void)state;
	struct shot_damage_log log = {0};
	struct shot_rect out[1], rect = {3, 3, 1, 1};
	shot_damage_log_add(&log, 1, &rect, 1);
	for (uint64_t ticket = 2; ticket < 10000; ticket++) {
		shot_damage_log_add(&log, ticket, NULL, 0);
	}
	assert_int_equal(shot_damage_log_since(&log, 0, SCREEN, out, 1), 1);
	assert_int_equal(shot_damage_log_since(&log, 1, SCREEN, out, 1), 0);
}

static void joins_what_is_too_much(void **state)
{
	(void)state;
	for (unsigned count = 1; count <= 5 * SHOT_DAMAGE_LOG_RECTS; count++) {
		struct shot_damage_log log = {0};
		struct shot_rect rects[5 * SHOT_DAMAGE_LOG_RECTS], out[SHOT_DAMAGE_LOG_RECTS];
		bool listed[SIZE][SIZE] = {{false}};
		for (unsigned i = 0; i < count; i++) {
			rects[i] = random_rect();
		}
		shot_damage_log_add(&log, 1, rects, count);
		int got = shot_damage_log_since(&log, 0, SCREEN, out, SHOT_DAMAGE_LOG_RECTS);
		assert_in_range(got, 1, SHOT_DAMAGE_LOG_RECTS);
		assert_true(count > SHOT_DAMAGE_LOG_RECTS || got == (int)count);
		for (int i = 0; i < got; i++) {
			assert_true(shot_rect_contains(SCREEN, out[i]));
			mark(listed, out[i]);
		}
		for (unsigned i = 0; i < count; i++) {
			for (int32_t y = rects[i].y; y < rects[i].y + rects[i].height; y++) {
				assert_null(memchr(
					&listed[y][rects[i].x], false, (size_t)rects[i].width));
			}
		}
	}
}

/* Whatever changed after a ticket is listed, or the log says that it does not know. */
static void misses_nothing(void **state)
{
	(void)state;
	static struct shot_rect changed[ROUNDS][2 * SHOT_DAMAGE_LOG_RECTS], out[LIMIT];
	static unsigned counts[ROUNDS];
	struct shot_damage_log log = {0};
	unsigned known = 0;
	srand(1);
	for (uint64_t ticket = 1; ticket < ROUNDS; ticket++) {
		counts[ticket] =
			rand() % 2 ? (unsigned)rand() % (2 * SHOT_DAMAGE_LOG_RECTS + 1) : 0;
		for (unsigned i = 0; i < counts[ticket]; i++) {
			changed[ticket][i] = random_rect();
		}
		shot_damage_log_add(&log, ticket, changed[ticket], counts[ticket]);

		uint64_t since = (uint64_t)rand() % (ticket + 1);
		struct shot_rect clip = random_rect();
		int got = shot_damage_log_since(&log, since, clip, out, LIMIT);
		unsigned answers = 0;
		bool listed[SIZE][SIZE] = {{false}};
		for (int i = 0; i < got; i++) {
			assert_true(shot_rect_contains(clip, out[i]));
			assert_false(shot_rect_is_empty(out[i]));
			mark(listed, out[i]);
		}
		for (uint64_t newer = since + 1; newer <= ticket; newer++) {
			answers += counts[newer] > 0;
			for (unsigned i = 0; got >= 0 && i < counts[newer]; i++) {
				struct shot_rect seen =
					shot_rect_intersect(changed[newer][i], clip);
				for (int32_t y = seen.y; y < seen.y + seen.height; y++) {
					assert_null(memchr(
						&listed[y][seen.x], false, (size_t)seen.width));
				}
			}
		}
		assert_int_equal(got<0, answers> SHOT_DAMAGE_LOG_ENTRIES);
		known += got >= 0;
	}
	assert_in_range(known, ROUNDS / 10, ROUNDS - ROUNDS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_empty),
		cmocka_unit_test(lists_what_is_newer),
		cmocka_unit_test(cuts_to_the_clip),
		cmocka_unit_test(refuses_more_than_the_limit),
		cmocka_unit_test(forgets_the_oldest_and_knows_it),
		cmocka_unit_test(does_not_remember_what_it_was_told_to_forget),
		cmocka_unit_test(takes_no_room_for_nothing),
		cmocka_unit_test(joins_what_is_too_much),
		cmocka_unit_test(misses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
