/* The pieces of a picture in another format, end to end, are what one conversion writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image/bands.h"
#include "image/convert.h"
#include "support/picture.h"

static int pieces; /* of all pictures */

/* The last piece ends where `size` bytes are complete; no piece writes outside its room. */
static void check(
	struct shot_bands *bands, const struct shot_view *view, const uint8_t *whole, size_t size)
{
	uint8_t *memory = malloc(bands->room + 2 * GUARD), *room = memory + GUARD;
	memset(memory, GUARD_VALUE, bands->room + 2 * GUARD);
	struct shot_error err;
	for (size_t at = 0, got; at < size; at += got, pieces++) {
		const uint8_t *piece = shot_bands_next(bands, view, room, &got, &err);
		assert_non_null(piece);
		assert_in_range(got, 1, size - at);
		assert_memory_equal(piece, whole + at, got);
	}
	for (size_t i = 0; i < GUARD; i++) {
		assert_int_equal(memory[i], GUARD_VALUE);
		assert_int_equal(room[bands->room + i], GUARD_VALUE);
	}
	free(memory);
}

static void check_all(const struct shot_view *view)
{
	struct shot_bands bands;
	uint8_t *whole = malloc(4 * (size_t)view->width * (size_t)view->height);
	for (int format = 0; format < SHOT_FORMAT_COUNT; format++) {
		size_t size = shot_view_packed_size(view, (enum shot_format)format);
		shot_view_convert(
			view, (enum shot_format)format, whole, size / (size_t)view->height);
		shot_bands_start(&bands, view, (enum shot_format)format);
		check(&bands, view, whole, size);
	}
	struct shot_view bgrx = *view;
	uint8_t *planar = malloc(2 * (size_t)(view->width + 1) * (size_t)(view->height + 1));
	if (view->format != SHOT_FORMAT_BGRX) {
		shot_view_convert(view, SHOT_FORMAT_BGRX, whole, 4 * (size_t)view->width);
		bgrx = (struct shot_view){.data = whole,
			.width = view->width,
			.height = view->height,
			.stride = 4 * (size_t)view->width};
	}
	for (int format = 0; format < SHOT_PLANAR_COUNT; format++) {
		shot_planar_convert(&bgrx, (enum shot_planar)format, planar);
		shot_bands_start_planar(&bands, view, (enum shot_planar)format);
		check(&bands, view, planar, shot_planar_size(view));
	}
	free(planar);
	free(whole);
}

static void pieces_are_the_whole(void **state)
{
	(void)state;
	static const int32_t sizes[][2] = {{1, 1}, {1, 3001}, {9, 1}, {33, 17}, {701, 431},
		{2000, 133}, {40001, 7}, {150000, 3}};
	uint32_t seed = 77;
	for (int from = 0; from < SHOT_FORMAT_COUNT; from++) {
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			struct shot_view view = make_view(sizes[i][0], sizes[i][1],
				(enum shot_format)from, next_random(&seed) % 9,
				i % 2 ? 0 : next_random(&seed) % 21, &seed);
			check_all(&view);
			shot_view_unref(&view);
		}
	}
	assert_true(pieces > 8 * SHOT_FORMAT_COUNT * (SHOT_FORMAT_COUNT + SHOT_PLANAR_COUNT) * 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_the_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
