/* The pieces that a thread makes are, end to end, what one conversion writes; it ends when it is
 * told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

#include "base/parallel.h"
#include "image/ahead.h"
#include "image/convert.h"
#include "support/picture.h"

static void rest(long microseconds)
{
	nanosleep(&(struct timespec){.tv_nsec = microseconds * 1000}, NULL);
}

/* Takes pieces of `view`, whose last reference is then the thread's, until `most` bytes are taken.
 */
static void take(struct shot_view *view, enum shot_format format, size_t most, bool is_slow)
{
	size_t size = shot_view_packed_size(view, format);
	uint8_t *whole = malloc(size);
	shot_view_convert(view, format, whole, size / (size_t)view->height);
	struct shot_ahead *ahead = shot_ahead_start(view, format);
	assert_non_null(ahead);
	shot_view_unref(view);
	for (size_t at = 0, got; at < size && at < most; at += got) {
		if (is_slow) {
			rest(300);
		}
		const uint8_t *piece = shot_ahead_next(ahead, &got);
		assert_in_range(got, 1, size - at);
		assert_memory_equal(piece, whole + at, got);
	}
	shot_ahead_stop(ahead);
	free(whole);
}

static void pieces_are_the_whole(void **state)
{
	(void)state;
	static const int32_t sizes[][2] = {{1499, 2811}, {90001, 47}, {2048, 2048}, {1, 4200000}};
	uint32_t seed = 78;
	for (int from = 0; from < SHOT_FORMAT_COUNT; from++) {
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			enum shot_format to =
				(enum shot_format)((from + (int)i) % SHOT_FORMAT_COUNT);
			struct shot_view view = make_view(sizes[i][0], sizes[i][1],
				(enum shot_format)from, next_random(&seed) % 9, 0, &seed);
			take(&view, to, SIZE_MAX, i % 2);
		}
	}
}

static void ends_before_the_last_piece(void **state)
{
	(void)state;
	uint32_t seed = 79;
	for (size_t most = 0; most < 4; most++) {
		struct shot_view view = make_view(1500, 1500, SHOT_FORMAT_BGRX, 0, 0, &seed);
		take(&view, SHOT_FORMAT_RGB, most << 20, most % 2);
	}
	shot_ahead_stop(NULL);
}

static void a_small_picture_is_not_worth_a_thread(void **state)
{
	(void)state;
	uint32_t seed = 80;
	struct shot_view view = make_view(1000, 1000, SHOT_FORMAT_BGRX, 0, 0, &seed);
	assert_null(shot_ahead_start(&view, SHOT_FORMAT_RGB));
	shot_view_unref(&view);
}

int main(void)
{
	if (shot_parallel_parts(2) < 2) {
		print_message("one processor: no thread would start\n");
		return 77;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_the_whole),
		cmocka_unit_test(ends_before_the_last_piece),
		cmocka_unit_test(a_small_picture_is_not_worth_a_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
