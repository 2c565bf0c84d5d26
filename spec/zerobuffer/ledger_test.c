/* The writer's own account of its room, beside a reader whose tokens or frames are not what they
 * seem. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/rings.h"
#include "zerobuffer/semaphore.h"

/* A header that is damaged behind the reader makes the account useless, and the positions decide.
 */
static void test_a_damaged_header_turns_it_off(void **state)
{
	struct ring_scene *scene = *state;
	struct zb_writer *writer = attach_to(scene);
	assert_true(put_zeros(writer, 100));
	shot_owner_unref(&take_from(scene)->owner);
	assert_true(put_zeros(writer, 800));
	shot_owner_unref(&take_from(scene)->owner);
	zb_header_write(scene->shared.data, RING, 1);
	assert_true(put_zeros(writer, 800));
	zb_writer_destroy(writer);
}

/* Tokens from before the first frame are not a reader's: a frame that it holds stays in the
 * account, even if the free bytes claim its room. */
static void test_tokens_from_before_do_not_count(void **state)
{
	struct ring_scene *scene = *state;
	struct shot_error err;
	struct zb_semaphore space;
	assert_true(zb_semaphore_open(&space, scene->shared.names.space, &err));
	zb_semaphore_post(&space, 3);
	struct zb_writer *writer = attach_to(scene);
	assert_true(put_zeros(writer, 496));
	struct zb_item *held = take_from(scene);
	assert_true(put_zeros(writer, 496));
	scene->shared.oieb->payload_free_bytes = RING;
	assert_false(put_zeros(writer, 496));
	shot_owner_unref(&held->owner);
	assert_true(put_zeros(writer, 496));
	zb_writer_destroy(writer);
	zb_semaphore_close(&space);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_damaged_header_turns_it_off, open_ring, close_ring),
		cmocka_unit_test_setup_teardown(
			test_tokens_from_before_do_not_count, open_ring, close_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
