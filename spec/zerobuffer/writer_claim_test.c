/* Who may be a ring's writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "support/rings.h"

/* A number that is this process's by chance: the writer that had it is dead. */
static void test_a_number_of_ours_without_the_lock_is_nobody(void **state)
{
	struct ring_scene *scene = *state;
	scene->shared.oieb->writer_pid = (uint64_t)getpid();
	zb_writer_destroy(attach_to(scene));
	assert_int_equal(scene->shared.oieb->writer_pid, 0);
}

/* The lock is waited for only beside a writer that is dead, or comes or goes. */
static void test_a_second_writer_is_refused_at_once(void **state)
{
	struct ring_scene *scene = *state;
	struct shot_error err;
	struct zb_writer *writer = attach_to(scene);
	int64_t shortest = INT64_MAX; /* others may have the processor for long */
	for (int i = 0; i < 3; i++) {
		int64_t started = shot_clock_ns();
		assert_null(zb_writer_create(scene->shared.names.text, &err));
		assert_string_equal(err.code, "EEXIST");
		int64_t took = shot_clock_ns() - started;
		shortest = took < shortest ? took : shortest;
	}
	assert_true(shortest < SHOT_NS_PER_S / 2);
	zb_writer_destroy(writer);
}

/* The claim of a closed writer is kept as long as somebody may write into its reservation. */
static void test_a_reservation_keeps_the_claim(void **state)
{
	struct ring_scene *scene = *state;
	struct shot_error err;
	struct zb_writer *writer = attach_to(scene);
	struct zb_reservation *place = zb_writer_reserve(writer, 10, 1, 0, &err);
	assert_non_null(place);
	zb_writer_destroy(writer);
	assert_int_equal(scene->shared.oieb->writer_pid, getpid());
	zb_reservation_abort(place);
	assert_int_equal(scene->shared.oieb->writer_pid, 0);
	zb_writer_destroy(attach_to(scene));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_number_of_ours_without_the_lock_is_nobody, open_ring, close_ring),
		cmocka_unit_test_setup_teardown(
			test_a_second_writer_is_refused_at_once, open_ring, close_ring),
		cmocka_unit_test_setup_teardown(
			test_a_reservation_keeps_the_claim, open_ring, close_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
