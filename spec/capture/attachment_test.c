/* Which pages of new memory luashot makes while the server writes into them, and that each kind of
 * request does. */
/* with: support/painted.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/segment.h"
#include "capture/attachment.h"
#include "capture/grabber.h"
#include "capture/request.h"
#include "support/painted.h"

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

/* Bytes in pages that exist. */
static size_t made_of(uint8_t *data, size_t size)
{
	size_t sum = 0, page = (size_t)sysconf(_SC_PAGESIZE);
	for (size_t at = 0; at < size; at += page) {
		unsigned char is_made;
		assert_int_equal(mincore(data + at, 1, &is_made), 0);
		sum += is_made & 1 ? page : 0;
	}
	return sum;
}

static size_t made(const struct memory *memory, size_t from, size_t to)
{
	return made_of(memory->segment.data + from, to - from);
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

/* Begins, answers `before` questions, and returns what exists then of the slot, into which the
 * server has written nothing yet. */
static size_t made_by_request(
	struct shot_grabber_options options, struct shot_target target, unsigned before)
{
	struct shot_error err;
	struct shot_frame frame;
	options.kind = &painted_source;
	options.display = "painted:1024x512";
	options.slots = 2;
	options.bytes = 8 * MB;
	struct shot_grabber *grabber = shot_grabber_open(&options, &err);
	assert_non_null(grabber);
	struct painted *painted = painted_of(grabber->source);
	struct shot_request *request =
		shot_request_begin(grabber, &target, 1, &grabber->pool.buffers, &err);
	assert_non_null(request);
	for (unsigned i = 0; i < before; i++) {
		assert_int_equal(painted_serve(painted, 1), 1);
		assert_int_equal(shot_request_poll(request, &frame, &err), SHOT_POLL_WAITING);
	}
	assert_int_equal(painted->tiles_sent, 1);
	assert_int_equal(painted->tiles_written, 0);
	size_t size = made_of(painted->segments[0].data, painted->segments[0].size);
	shot_request_cancel(request);
	shot_grabber_close(grabber);
	return size;
}

static void each_request_makes_its_pages(void **state)
{
	(void)state;
	static const struct shot_target root = {.kind = SHOT_TARGET_ROOT};
	static const struct shot_target follow = {
		.kind = SHOT_TARGET_FOLLOW, .rect = {0, 0, 1024, 512}};
	struct shot_grabber_options whole = {0}, damage = {.damage = true};
	assert_int_equal(made_by_request(whole, root, 0), 2 * MB);
	assert_int_equal(made_by_request(whole, follow, 1), 2 * MB); /* after the pointer's place */
	assert_int_equal(made_by_request(damage, root, 1), 2 * MB);  /* after the changes */
}

/* Linux before 5.14 does not. */
static bool can_make_pages(void)
{
	enum { POPULATE_WRITE = 23 };
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool can = memory != MAP_FAILED && madvise(memory, page, POPULATE_WRITE) == 0;
	munmap(memory, page);
	return can;
}

int main(void)
{
	if (!can_make_pages()) {
		print_message("this kernel makes no pages ahead\n");
		return 77;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(makes_what_was_requested, make, finish),
		cmocka_unit_test_setup_teardown(ends_where_the_server_is, make, finish),
		cmocka_unit_test_setup_teardown(does_not_follow_the_server, make, finish),
		cmocka_unit_test_setup_teardown(leaves_memory_that_no_server_has, make, finish),
		cmocka_unit_test_setup_teardown(leaves_little_memory, make, finish),
		cmocka_unit_test(each_request_makes_its_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
