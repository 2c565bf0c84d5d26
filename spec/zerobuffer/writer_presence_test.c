/* What a reader knows of writers that came and went between two of its looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/rings.h"
#include "zerobuffer/semaphore.h"

static void expect(struct ring_scene *scene, const char *code)
{
	struct shot_error err;
	assert_null(zb_reader_read(scene->reader, 0, &err));
	assert_string_equal(err.code, code);
}

static void test_each_trace_tells_of_a_writer_that_has_gone(void **state)
{
	struct ring_scene *scene = *state;
	struct shot_error err;
	expect(scene, "ETIMEDOUT");
	struct zb_writer *writer = attach_to(scene);
	assert_true(zb_writer_set_metadata(writer, "x", 1, &err));
	zb_writer_destroy(writer);
	expect(scene, "EWRITERDEAD"); /* it has left metadata */
	expect(scene, "EWRITERDEAD");
	zb_reader_forget_writer(scene->reader);
	expect(scene, "ETIMEDOUT");
	scene->shared.oieb->payload_written_count++;
	scene->shared.oieb->payload_read_count++;
	expect(scene, "EWRITERDEAD"); /* frames have been counted */
	zb_reader_forget_writer(scene->reader);
	expect(scene, "ETIMEDOUT");
	scene->shared.oieb->writer_pid = INT32_MAX;
	usleep(ZB_SLICE_NS / 1000);   /* asking for a process is due again */
	expect(scene, "EWRITERDEAD"); /* a number that is nobody's */
	zb_reader_forget_writer(scene->reader);
	expect(scene, "ETIMEDOUT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_each_trace_tells_of_a_writer_that_has_gone, open_ring, close_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
