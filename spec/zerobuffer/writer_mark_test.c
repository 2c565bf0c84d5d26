/* Where a writer goes on after one that was killed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/rings.h"

/* The last writer was killed when it had moved the reader to 0, behind an empty header, and not
 * itself. */
static void test_a_rewind_in_vain_is_undone(void **state)
{
	struct ring_scene *scene = *state;
	struct zb_writer *writer = attach_to(scene);
	assert_true(put_zeros(writer, 100));
	shot_owner_unref(&take_from(scene)->owner);
	zb_writer_destroy(writer);
	zb_header_write(scene->shared.data, 0, 0);
	zb_store(&scene->shared.oieb->payload_read_pos, 0);
	writer = attach_to(scene);
	assert_int_equal(scene->shared.oieb->payload_read_pos, 100 + sizeof(struct zb_header));
	assert_true(
		put_zeros(writer, RING - sizeof(struct zb_header))); /* all room is there at once */
	struct zb_item *item = take_from(scene);
	assert_int_equal(item->size, RING - sizeof(struct zb_header));
	shot_owner_unref(&item->owner);
	zb_writer_destroy(writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_rewind_in_vain_is_undone, open_ring, close_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
