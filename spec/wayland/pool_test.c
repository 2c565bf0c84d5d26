/* Memory that the compositor has attached. */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/hostile_client.h"
#include "wayland/pool.h"

/* A pool has 31 bits for its size: of more, it is the beginning. */
static void test_sizes(void **state)
{
	static const struct {
		size_t size;
		int32_t told;
	} cases[] = {{4096, 4096}, {INT32_MAX, INT32_MAX}, {(size_t)INT32_MAX + 1, INT32_MAX},
		{SIZE_MAX < UINT64_MAX ? SIZE_MAX : (size_t)(UINT64_C(5) << 30), INT32_MAX}};
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	struct hostile *hostile = hostile_start(&plan);
	struct shot_grabber *grabber = open_display(NULL, false, &err);
	assert_non_null(grabber);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct shot_attachment attachment = {.size = cases[i].size};
		char heard[64];
		int fd = memfd_create("pool", MFD_CLOEXEC); /* without pages, whatever its size */
		assert_return_code(ftruncate(fd, (off_t)cases[i].size), 0);
		hostile_forget(hostile);
		shot_wayland_pool_attach(grabber->source, &attachment, SHOT_MEMORY_FD, fd);
		assert_true(attachment.id != 0);
		assert_int_equal(-1, close(fd)); /* it is the source's, who has no use for it */
		shot_wayland_flush(grabber->source);
		snprintf(heard, sizeof heard, "create_pool(n, h, %d)\n", cases[i].told);
		assert_int_equal(1, hostile_count(hostile, heard));
		for (int round = 0; round < 2; round++) { /* what is not attached may be detached */
			shot_wayland_pool_detach(grabber->source, &attachment);
			assert_int_equal(0, attachment.id);
			shot_wayland_flush(grabber->source);
			assert_int_equal(1, hostile_count(hostile, "wl_shm_pool.destroy()"));
		}
		assert_true(shot_wayland_take_events(grabber->source, &err));
	}
	shot_grabber_close(grabber);
	hostile_stop(hostile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
