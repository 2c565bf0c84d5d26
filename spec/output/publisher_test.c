/* From a picture in memory straight into a ring: written in place where it can be, copied where it
 * cannot, and never given on while the picture may still write. */
/* with: support/painted.c */
/* link: --wrap=calloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "capture/request.h"
#include "capture/request_list.h"
#include "output/publisher.h"
#include "support/painted.h"
#include "zerobuffer/reader.h"
#include "zerobuffer/writer.h"

static int granted = -1; /* allocations left; negative: all */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	if (granted == 0) {
		return NULL;
	}
	granted -= granted > 0;
	return __real_calloc(count, size);
}

enum { WIDTH = 32, HEIGHT = 24, BYTES = WIDTH * HEIGHT * 4 };

static const struct shot_target ROOT = {.kind = SHOT_TARGET_ROOT};

struct bond {
	struct shot_grabber *grabber;
	struct painted *painted;
	struct zb_reader *reader;
	struct zb_writer *writer;
	struct shot_publisher *publisher;
	uint32_t color;
};

static struct shot_error err;

#define MUST(condition) \
	do { \
		if (!(condition)) { \
			fail_msg("%s: %s", #condition, err.message); \
		} \
	} while (0)

static struct bond bind_with(const char *path, size_t frames)
{
	struct bond bond = {0};
	char name[64];
	static int count;
	snprintf(name, sizeof name, "luashot-publisher-%d-%d", (int)getpid(), count++);
	const struct shot_grabber_options options = {.kind = &painted_source,
		.display = "painted:32x24",
		.slots = 3,
		.bytes = 1 << 20,
		.path = path};
	const struct zb_config config = {
		.metadata_size = 64, .payload_size = frames * (BYTES + 64)};
	MUST(bond.grabber = shot_grabber_open(&options, &err));
	MUST(bond.reader = zb_reader_create(name, &config, &err));
	MUST(bond.writer = zb_writer_create(name, &err));
	bond.painted = painted_of(bond.grabber->source);
	return bond;
}

static struct bond start(const char *path, size_t frames)
{
	struct bond bond = bind_with(path, frames);
	MUST(bond.publisher = shot_publisher_create(bond.grabber, bond.writer, &err));
	return bond;
}

static void end_bond(struct bond *bond)
{
	shot_publisher_destroy(bond->publisher);
	shot_grabber_close(bond->grabber);
	zb_writer_destroy(bond->writer);
	zb_reader_destroy(bond->reader);
}

static struct shot_request *begin(struct bond *bond)
{
	bond->color += 0x010203;
	painted_draw(bond->painted, (struct shot_rect){0, 0, WIDTH, HEIGHT}, bond->color);
	return shot_request_begin(
		bond->grabber, &ROOT, 1, shot_publisher_buffers(bond->publisher), &err);
}

/* To the end of a request, and its frame into the ring. */
static bool finish(struct bond *bond, struct shot_request *request)
{
	struct shot_frame frame;
	enum shot_poll outcome;
	uint64_t sequence;
	while ((outcome = shot_request_poll(request, &frame, &err)) == SHOT_POLL_WAITING) {
		MUST(painted_serve(bond->painted, 1) > 0);
	}
	if (outcome == SHOT_POLL_FAILED) {
		return false;
	}
	bool ok = shot_publisher_commit(bond->publisher, &frame, &sequence, &err);
	shot_view_unref(&frame.view);
	return ok;
}

static void must_publish(struct bond *bond)
{
	struct shot_request *request = begin(bond);
	MUST(request);
	MUST(finish(bond, request));
}

/* The next frame in the ring is all of that color. */
static void check_next(struct bond *bond, uint32_t color)
{
	struct zb_item *item = zb_reader_read(bond->reader, shot_deadline_in(5), &err);
	MUST(item);
	assert_int_equal(item->size, BYTES);
	for (size_t i = 0; i < BYTES; i += 4) {
		assert_memory_equal(item->data + i, &color, 4);
	}
	shot_owner_unref(&item->owner);
}

static void frames_are_written_where_they_are_read(void **state)
{
	(void)state;
	const char *const paths[] = {"attached", "copied"};
	for (int i = 0; i < 2; i++) {
		struct bond bond = start(paths[i], 3);
		for (int k = 0; k < 20; k++) {
			must_publish(&bond);
			check_next(&bond, bond.color);
		}
		assert_int_equal(bond.grabber->published, 20);
		assert_int_equal(bond.grabber->copied, 0);
		assert_int_equal(shot_grabber_stats(bond.grabber).slots, 0);
		end_bond(&bond);
	}
}

static void what_cannot_be_written_there_is_copied(void **state)
{
	(void)state;
	static struct shot_source_kind short_reach;
	short_reach = painted_source;
	short_reach.reach = BYTES / 2;
	for (int i = 0; i < 2; i++) {
		struct bond bond = bind_with("attached", 3);
		if (i == 0) {
			bond.painted->faults[PAINTED_REFUSE_ATTACH] = 1;
		} else {
			bond.grabber->source->kind = &short_reach;
		}
		MUST(bond.publisher = shot_publisher_create(bond.grabber, bond.writer, &err));
		struct shot_request *request = begin(&bond);
		if (i == 0) { /* that is known with its first capture */
			assert_false(finish(&bond, request));
			assert_string_equal(err.code, "EACCES");
			assert_string_equal(shot_publisher_reason(bond.publisher),
				"the display server cannot attach the ring's memory");
		} else {
			assert_null(request); /* a slot is out of its reach, too */
			assert_string_equal(err.code, "ENOMEM");
			short_reach.reach = BYTES;
			request = begin(&bond);
			MUST(finish(&bond, request));
			check_next(&bond, bond.color);
			assert_string_equal(shot_publisher_reason(bond.publisher),
				"the ring goes beyond what the display server can address");
		}
		must_publish(&bond);
		check_next(&bond, bond.color);
		assert_true(bond.grabber->copied > 0);
		end_bond(&bond);
	}
}

static void a_capture_that_is_given_up_keeps_its_place(void **state)
{
	(void)state;
	struct bond bond = start("attached", 3);
	bond.painted->sleeps = true;
	struct shot_request *request = begin(&bond);
	shot_request_cancel(request);
	assert_null(begin(&bond)); /* the reservation is open, and the picture may write there */
	assert_string_equal(err.code, "EBUSY");
	assert_int_equal(bond.painted->tiles_canceled, 1);
	assert_int_equal(painted_serve(bond.painted, 10), 1);
	bond.painted->sleeps = false;
	must_publish(&bond);
	check_next(&bond, bond.color);
	end_bond(&bond);
}

/* The server attends to tiles after it was told to let go of their memory. */
static void a_publisher_may_go_before_its_captures(void **state)
{
	(void)state;
	struct bond bond = start("attached", 3);
	struct shot_request *request = begin(&bond);
	shot_request_cancel(request);
	shot_publisher_destroy(bond.publisher);
	painted_serve(bond.painted, 10);
	shot_request_reap(bond.grabber);
	assert_int_equal(shot_grabber_stats(bond.grabber).in_flight, 0);
	MUST(bond.publisher = shot_publisher_create(bond.grabber, bond.writer, &err));
	must_publish(&bond);
	check_next(&bond, bond.color);
	end_bond(&bond);
}

static void a_display_that_closes_waits_for_what_goes_into_a_ring(void **state)
{
	(void)state;
	struct bond bond = start("attached", 3);
	painted_start(bond.painted);
	struct shot_frame frame;
	for (int i = 0; i < 3; i++) {
		struct shot_request *request = begin(&bond);
		MUST(request);
		if (i == 2) {
			shot_grabber_close(bond.grabber);
			assert_int_equal(
				shot_request_poll(request, &frame, &err), SHOT_POLL_FAILED);
			assert_string_equal(err.code, "ELOST");
			break;
		}
		while (shot_request_poll(request, &frame, &err) == SHOT_POLL_WAITING) {
		}
		uint64_t sequence;
		MUST(shot_publisher_commit(bond.publisher, &frame, &sequence, &err));
		shot_view_unref(&frame.view);
		check_next(&bond, bond.color);
	}
	assert_true(shot_publisher_has_parted(bond.publisher));
	/* Its place was given back: it can be reserved. */
	struct zb_reservation *next =
		zb_writer_reserve(bond.writer, BYTES, 16, shot_clock_ns(), &err);
	MUST(next);
	zb_reservation_abort(next);
	bond.grabber = NULL;
	end_bond(&bond);
}

/* A picture that never answers may write for ever: its place is nobody's any more. */
static void a_place_that_is_not_answered_for_is_never_given_on(void **state)
{
	(void)state;
	struct bond bond = start("attached", 3);
	struct shot_request *request = begin(&bond);
	MUST(request);
	int64_t before = shot_clock_ns();
	shot_grabber_close(bond.grabber);
	assert_true(shot_clock_ns() - before >= SHOT_NS_PER_S / 2);
	shot_request_cancel(request);
	assert_null(zb_writer_reserve(bond.writer, BYTES, 16, shot_clock_ns(), &err));
	assert_string_equal(err.code, "EBUSY");
	bond.grabber = NULL;
	end_bond(&bond);
}

static void want_of_memory_leaves_the_ring_as_it_was(void **state)
{
	(void)state;
	struct bond bond = bind_with("attached", 3);
	for (int allowed = 0; !bond.publisher; allowed++) {
		granted = allowed;
		bond.publisher = shot_publisher_create(bond.grabber, bond.writer, &err);
		granted = -1;
		assert_true(bond.publisher || strcmp(err.code, "ENOMEM") == 0);
	}
	bool is_done = false;
	for (int allowed = 0; !is_done; allowed++) {
		granted = allowed;
		struct shot_request *request = begin(&bond);
		is_done = request && finish(&bond, request);
		granted = -1;
		assert_true(is_done || strcmp(err.code, "ENOMEM") == 0);
		assert_true(allowed < 20);
	}
	check_next(&bond, bond.color);
	must_publish(&bond);
	check_next(&bond, bond.color);
	end_bond(&bond);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_written_where_they_are_read),
		cmocka_unit_test(what_cannot_be_written_there_is_copied),
		cmocka_unit_test(a_capture_that_is_given_up_keeps_its_place),
		cmocka_unit_test(a_publisher_may_go_before_its_captures),
		cmocka_unit_test(a_display_that_closes_waits_for_what_goes_into_a_ring),
		cmocka_unit_test(a_place_that_is_not_answered_for_is_never_given_on),
		cmocka_unit_test(want_of_memory_leaves_the_ring_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
