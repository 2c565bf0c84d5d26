/* link: --wrap=shot_helper_start */
/* When a search is worth another thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/helper.h"
#include "base/parallel.h"
#include "search/find.h"
#include "support/picture.h"

static unsigned starts;

int __real_shot_helper_start(struct shot_helper *helper, void *(*run)(void *), void *argument);
int __wrap_shot_helper_start(struct shot_helper *helper, void *(*run)(void *), void *argument);
int __wrap_shot_helper_start(struct shot_helper *helper, void *(*run)(void *), void *argument)
{
	starts++;
	return __real_shot_helper_start(helper, run, argument);
}

/* The threads that a search for the part of some noise at x, y starts. */
static unsigned starts_for(int32_t x, int32_t y, double min_score)
{
	uint32_t seed = 3;
	struct shot_error err;
	struct shot_view view = make_view(640, 480, SHOT_FORMAT_BGRX, 0, 0, &seed), wanted;
	assert_true(shot_view_crop(&view, (struct shot_rect){x, y, 16, 16}, &wanted, &err));
	const struct shot_find_options options = {.tolerance = 10, .min_score = min_score};
	struct shot_match *found;
	size_t count;
	starts = 0;
	assert_true(shot_find(&view, &wanted, &options, &found, &count, &err));
	assert_int_equal(count, 1);
	assert_int_equal(found->x, x);
	assert_int_equal(found->y, y);
	free(found);
	shot_view_unref(&wanted);
	shot_view_unref(&view);
	return starts;
}

/* It takes longer to start a thread than to find it. */
static void a_perfect_match_at_the_top_needs_no_thread(void **state)
{
	(void)state;
	assert_int_equal(starts_for(0, 0, 1), 0);
	assert_int_equal(starts_for(624, 2, 1), 0);
	assert_int_equal(starts_for(300, 3, 0.98), 0);
}

static void threads_share_the_rest(void **state)
{
	(void)state;
	unsigned most = shot_parallel_parts(SHOT_PARALLEL_MOST) - 1;
	for (int32_t y = 29; y <= 464; y += 29) { /* the last row of places is one of them */
		assert_int_equal(starts_for(y, y, 1), most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_perfect_match_at_the_top_needs_no_thread),
		cmocka_unit_test(threads_share_the_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
