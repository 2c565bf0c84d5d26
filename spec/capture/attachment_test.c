/* Which pages of new memory luashot makes while the server writes into them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/segment.h"
#include "capture/attachment.h"

enum { MB = 1 << 20, SIZE = 8 * MB };

struct memory {
	struct shot_segment segment;
	struct shot_attachment attachment;
	size_t page;
};

static int make(void **state)
{
	static struct memory memory;
	struct shot_error err;
	int fd;
	assert_true(shot_segment_create(&memory.segment, SIZE, &fd, &err));
	close(fd);
	memory.attachment =
		(struct shot_attachment){.data = memory.segment.data, .size = SIZE, .id = 1};
	memory.page = (size_t)sysconf(_SC_PAGESIZE);
	*state = &memory;
	return 0;
}

static int finish(void **state)
{
	struct memory *memory = *state;
	shot_segment_finish(&memory->segment);
	return 0;
}

/* Bytes in pages that exist, from `from` to `to`. */
static size_t made(const struct memory *memory, size_t from, size_t to)
{
	size_t sum = 0;
	for (size_t at = from; at < to; at += memory->page) {
		unsigned char is_made;
		assert_int_equal(mincore(memory->segment.data + at, 1, &is_made), 0);
		sum += is_made & 1 ? memory->page : 0;
	}
	return sum;
}

static void makes_what_was_requested(void **state)
{
	struct memory *memory = *state;
	shot_attachment_populate(&memory->attachment, 3 * MB + 5);
	assert_int_equal(made(memory, 0, SIZE), 3 * MB + memory->page);
	shot_attachment_populate(&memory->attachment, 3 * MB + 5 + MB - 1); /* too little */
	assert_int_equal(made(memory, 0, SIZE), 3 * MB + memory->page);
	shot_attachment_populate(&memory->attachment, 7 * MB + 1);
	assert_int_equal(made(memory, 0, SIZE), 7 * MB + memory->page);
}

static void ends_where_the_server_is(void **state)
{
	struct memory *memory = *state;
	for (size_t at = 0; at < 2 * MB; at += memory->page) {
		memory->segment.data[at] = 7; /* the server has come to 2 MB */
	}
	shot_attachment_populate(&memory->attachment, SIZE);
	assert_int_equal(made(memory, 0, SIZE), SIZE);
	assert_int_equal(memory->segment.data[memory->page], 7);
}

static void does_not_follow_the_server(void **state)
{
	struct memory *memory = *state;
	memory->segment.data[SIZE - MB] = 7; /* it is there, and makes all before that by itself */
	shot_attachment_populate(&memory->attachment, SIZE);
	assert_int_equal(made(memory, 0, SIZE - MB), 0);
	assert_in_range(made(memory, SIZE - MB, SIZE), MB / 2, MB);
}

static void leaves_memory_that_no_server_has(void **state)
{
	struct memory *memory = *state;
	memory->attachment.id = 0;
	shot_attachment_populate(&memory->attachment, SIZE);
	assert_int_equal(made(memory, 0, SIZE), 0);
}

static void leaves_little_memory(void **state)
{
	struct memory *memory = *state;
	shot_attachment_populate(&memory->attachment, MB - 1);
	assert_int_equal(made(memory, 0, SIZE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(makes_what_was_requested, make, finish),
		cmocka_unit_test_setup_teardown(ends_where_the_server_is, make, finish),
		cmocka_unit_test_setup_teardown(does_not_follow_the_server, make, finish),
		cmocka_unit_test_setup_teardown(leaves_memory_that_no_server_has, make, finish),
		cmocka_unit_test_setup_teardown(leaves_little_memory, make, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
