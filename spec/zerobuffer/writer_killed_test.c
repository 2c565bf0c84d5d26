/* luashot's own sides, killed and stopped at every instruction that changes what is shared. The
 * other process is stepped through one call, instruction by instruction, and ends or rests where
 * the memory has changed for the n-th time, for each n. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "support/rings.h"
#include "zerobuffer/object.h"

#define HEADER sizeof(struct zb_header)
#define PATIENCE 20.0

static bool write_frame(struct zb_writer *writer, uint64_t sequence, uint64_t size, double seconds,
	struct shot_error *err)
{
	uint8_t data[RING];
	memset(data, (int)sequence, size);
	uint64_t got = 0;
	return zb_writer_write(writer, data, size, shot_deadline_in(seconds), &got, err) &&
	       (got == sequence ||
		       shot_fail(err, "EIO", "frame %d is %d", (int)sequence, (int)got));
}

static bool is_right(const struct zb_item *item, uint64_t sequence, uint64_t size)
{
	bool right = item->sequence == sequence && item->size == size;
	for (uint64_t i = 0; right && i < size; i++) {
		right = item->data[i] == (uint8_t)sequence;
	}
	return right;
}

static void get(struct zb_reader *reader, uint64_t sequence, uint64_t size)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(reader, shot_deadline_in(PATIENCE), &err);
	if (!item) {
		fail_msg("frame %d: %s: %s", (int)sequence, err.code, err.message);
	}
	if (!is_right(item, sequence, size)) {
		fail_msg("frame %d of %d came as %d of %d", (int)sequence, (int)size,
			(int)item->sequence, (int)item->size);
	}
	shot_owner_unref(&item->owner);
}

static void expect_none(struct zb_reader *reader, const char *code)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(reader, shot_deadline_in(1), &err);
	if (item) {
		fail_msg("frame %d of %d in place of %s", (int)item->sequence, (int)item->size,
			code);
	}
	assert_string_equal(err.code, code);
}

/* --- the other process ------------------------------------------------------------------------ */

/* What both share but the data, as it was when this was taken: the header at the ring's start, and
 * the one where the next frame goes. */
struct image {
	struct zb_oieb oieb;
	struct zb_header first, next;
	uint64_t data, space;
};

static struct image take_image(const struct zb_object *object, uint64_t next)
{
	return (struct image){
		*object->oieb,
		zb_header_read(object->ring),
		zb_header_read(object->ring + next),
		*object->data.word,
		*object->space.word,
	};
}

/* Wait until it stops; false when that is the end of the call. */
static bool is_stepping(pid_t other)
{
	int status;
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_true(WIFSTOPPED(status));
	return WSTOPSIG(status) == SIGTRAP;
}

static void await_rest(pid_t other)
{
	assert_false(is_stepping(other));
}

/* Step it until the memory has changed for the `changes`-th time; false when the call was over
 * before. */
static bool step(pid_t other, const struct zb_object *object, int changes)
{
	uint64_t next = object->oieb->payload_write_pos % RING;
	struct image before = take_image(object, next), now;
	while (changes > 0) {
		assert_int_equal(ptrace(PTRACE_SINGLESTEP, other, NULL, NULL), 0);
		if (!is_stepping(other)) {
			return false;
		}
		now = take_image(object, next);
		if (memcmp(&now, &before, sizeof now) != 0) {
			before = now;
			changes--;
		}
	}
	return true;
}

static void go_on(pid_t other)
{
	assert_int_equal(ptrace(PTRACE_CONT, other, NULL, NULL), 0);
}

static void end(pid_t other, int expected)
{
	int status;
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), expected);
}

static void end_by_kill(pid_t other)
{
	int status;
	kill(other, SIGKILL);
	assert_int_equal(waitpid(other, &status, 0), other);
}

/* --- a writer --------------------------------------------------------------------------------- */

/* What is written while it is stepped: a frame of `length` bytes, behind those of `before`, which
 * have been read. */
struct writing {
	const uint64_t *before;
	uint64_t length;
	bool in_place; /* reserved and committed */
};

#define AFTER 5 /* frames that follow when it goes on */

static uint64_t size_after(int i)
{
	static const uint64_t sizes[AFTER] = {100, RING - HEADER, 1, 700, 500};
	return sizes[i];
}

/* Rests before the frame and behind it. */
static int play_writer(const char *name, const struct writing *writing)
{
	struct shot_error err;
	uint64_t sequence = 0;
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	struct zb_writer *writer = zb_writer_create(name, &err);
	if (!writer) {
		return 1;
	}
	for (const uint64_t *size = writing->before; *size; size++) {
		if (!write_frame(writer, ++sequence, *size, PATIENCE, &err)) {
			return 2;
		}
	}
	uint8_t data[RING];
	memset(data, (int)++sequence, sizeof data);
	raise(SIGSTOP);
	if (writing->in_place) {
		struct zb_reservation *place =
			zb_writer_reserve(writer, writing->length, 1, 0, &err);
		if (!place) {
			return 3;
		}
		memcpy(place->data, data, writing->length);
		if (!zb_reservation_commit(place, NULL, &err)) {
			return 4;
		}
		shot_owner_unref(&place->owner);
	} else if (!zb_writer_write(writer, data, writing->length, 0, NULL, &err)) {
		return 5;
	}
	raise(SIGSTOP);
	for (int i = 0; i < AFTER; i++) {
		if (!write_frame(writer, ++sequence, size_after(i), PATIENCE, &err)) {
			return 6;
		}
	}
	zb_writer_destroy(writer);
	return 0;
}

struct scene {
	struct zb_reader *reader;
	struct zb_object object; /* the test's own look at it */
	pid_t writer;
	uint64_t sequence; /* of the frame that is stepped through */
	bool stopped;	   /* in it */
};

static void open_scene(struct scene *scene, const struct writing *writing, int changes)
{
	struct shot_error err;
	struct zb_name checked;
	const char *name = fresh_name();
	*scene = (struct scene){.reader = make_reader(name, RING), .sequence = 1};
	assert_true(zb_name_init(&checked, name, &err));
	assert_true(zb_object_open(&scene->object, &checked, &err));
	scene->writer = fork();
	if (scene->writer == 0) {
		_exit(play_writer(name, writing));
	}
	for (const uint64_t *size = writing->before; *size; size++) {
		get(scene->reader, scene->sequence++, *size);
	}
	await_rest(scene->writer);
	assert_int_equal(scene->object.oieb->payload_free_bytes, RING);
	scene->stopped = step(scene->writer, &scene->object, changes);
}

static void close_scene(struct scene *scene)
{
	zb_object_close(&scene->object);
	zb_reader_destroy(scene->reader);
}

/* What the ring says when all is read and nobody writes. */
static void check_drained(const struct scene *scene)
{
	const struct zb_oieb *oieb = scene->object.oieb;
	assert_int_equal(oieb->payload_free_bytes, RING);
	assert_int_equal(oieb->payload_read_count, oieb->payload_written_count);
	assert_int_equal(oieb->payload_read_pos % RING, oieb->payload_write_pos % RING);
}

/* Returns whether the frame that was stepped through has come; `code` is what is said if not. */
static bool read_last(struct scene *scene, uint64_t length, const char *code)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(scene->reader, shot_deadline_in(0.4), &err);
	if (!item) {
		assert_string_equal(err.code, code);
		return false;
	}
	assert_true(is_right(item, scene->sequence, length));
	shot_owner_unref(&item->owner);
	return true;
}

/* A writer that comes after it; what was whole before comes first. Returns whether that was. */
static bool write_next(struct scene *scene, uint64_t length, bool is_noticed)
{
	static const uint64_t sizes[] = {100, 700, RING - HEADER, 1, RING - HEADER, 500, 600};
	struct shot_error err;
	bool came = false;
	struct zb_writer *next = zb_writer_create(scene->object.name.text, &err);
	if (!next) {
		fail_msg("%s: %s", err.code, err.message);
	}
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		if (!write_frame(next, i + 1, sizes[i], 0, &err)) {
			/* The first one may have to wait for what is still there, or was taken in
			 * vain. */
			assert_true(i == 0 && !is_noticed && !came);
			came = read_last(scene, length, "ETIMEDOUT");
			assert_true(write_frame(next, i + 1, sizes[i], 0, &err));
		}
		struct zb_item *item = zb_reader_read(scene->reader, 0, &err);
		if (!item) {
			fail_msg("frame %d: %s: %s", (int)i + 1, err.code, err.message);
		}
		if (i == 0 && !is_noticed && !came && item->size == length) {
			assert_true(is_right(item, scene->sequence, length));
			shot_owner_unref(&item->owner);
			came = true;
			get(scene->reader, 1, sizes[0]);
			continue;
		}
		if (!is_right(item, i + 1, sizes[i])) {
			fail_msg("frame %d of %d came as %d of %d", (int)i + 1, (int)sizes[i],
				(int)item->sequence, (int)item->size);
		}
		shot_owner_unref(&item->owner);
	}
	zb_writer_destroy(next);
	expect_none(scene->reader, "EWRITERDEAD");
	check_drained(scene);
	return came;
}

enum way {
	NOTICED, /* the reader learns of the death before the next writer comes */
	UNSEEN,	 /* the next writer is the first who comes */
	ONLY_STOPPED /* it goes on a while later, and the reader has waited meanwhile */,
	WAYS,
};

/* Stop or kill the writer at that change. Returns whether it was amid the call; `*came` is whether
 * the reader has got the frame by then. */
static bool meet(const struct writing *writing, enum way way, int changes, bool *came)
{
	struct scene scene;
	open_scene(&scene, writing, changes);
	bool stopped = scene.stopped;
	if (way == ONLY_STOPPED) {
		struct shot_error err;
		struct zb_item *item = zb_reader_read(scene.reader, shot_deadline_in(0.15), &err);
		*came = item;
		if (item) {
			assert_true(is_right(item, scene.sequence, writing->length));
			shot_owner_unref(&item->owner);
		}
		go_on(scene.writer);
		if (stopped) {
			await_rest(scene.writer);
			go_on(scene.writer);
		}
		if (!*came) {
			get(scene.reader, scene.sequence, writing->length);
		}
		for (int i = 0; i < AFTER; i++) {
			get(scene.reader, ++scene.sequence, size_after(i));
		}
		end(scene.writer, 0);
		expect_none(scene.reader, "EWRITERDEAD");
		check_drained(&scene);
	} else {
		end_by_kill(scene.writer);
		if (way == NOTICED) {
			*came = read_last(&scene, writing->length, "EWRITERDEAD");
			expect_none(scene.reader, "EWRITERDEAD");
			check_drained(&scene);
			write_next(&scene, writing->length, true);
		} else {
			*came = write_next(&scene, writing->length, false);
		}
	}
	close_scene(&scene);
	return stopped;
}

static const uint64_t fresh[] = {0}, middle[] = {100, 0}, marker[] = {500, 300, 0},
		      late[] = {600, 0}, end_of_ring[] = {500, RING - 500 - 2 * HEADER, 0};

/* Where a frame goes, and what it changes on its way there. */
static const struct writing writings[] = {
	{fresh, 400, false}, {middle, 400, false}, {middle, 400, true}, {end_of_ring, 400, false},
	{marker, 400, false},	       /* behind a marker */
	{marker, 400, true},	       /* the same */
	{late, 700, false},	       /* to the start, which both have to move to */
	{late, 700, true},	       /* the same */
	{late, RING - HEADER, false},  /* the same, and it fills the ring */
	{fresh, RING - HEADER, false}, /* the positions do not change */
};

static void meet_everywhere(const struct writing *writing, enum way way)
{
	int changes = 1;
	bool came = false, before = false;
	while (meet(writing, way, changes, &came)) {

		assert_true(came || !before); /* once it is there it is there */
		before = came;
		changes++;
	}
	assert_true(came);
	assert_true(changes > 4);
}

#define WRITINGS (sizeof writings / sizeof *writings)

static void test_a_writer_killed_and_noticed(void **state)
{
	(void)state;
	for (size_t i = 0; i < WRITINGS; i++) {
		meet_everywhere(&writings[i], NOTICED);
	}
}

static void test_a_writer_killed_and_replaced(void **state)
{
	(void)state;
	/* Not the last: the next writer has to wait in the ring until the reader looks. */
	for (size_t i = 0; i < WRITINGS - 1; i++) {
		meet_everywhere(&writings[i], UNSEEN);
	}
}

static void test_a_writer_stopped(void **state)
{
	(void)state;
	for (size_t i = 0; i < WRITINGS; i++) {
		meet_everywhere(&writings[i], ONLY_STOPPED);
	}
}

/* --- a reader --------------------------------------------------------------------------------- */

static size_t count_of(const uint64_t *sizes)
{
	size_t count = 0;
	while (sizes[count]) {
		count++;
	}
	return count;
}

/* Rests before the frame behind those of `before`, and behind it; reads on until a frame has 1
 * byte. */
static int play_reader(const char *name, const uint64_t *before, int ready)
{
	struct shot_error err;
	uint64_t sequence = 0;
	bool last = false;
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	struct zb_reader *reader = zb_reader_create(name, &(struct zb_config){64, RING}, &err);
	if (!reader || write(ready, "", 1) != 1) {
		return 1;
	}
	while (!last) {
		bool is_stepped = sequence == count_of(before);
		if (is_stepped) {
			raise(SIGSTOP);
		}
		struct zb_item *item = zb_reader_read(reader, shot_deadline_in(PATIENCE), &err);
		if (!item || !is_right(item, ++sequence, item->size)) {
			return 2;
		}
		last = item->size == 1;
		shot_owner_unref(&item->owner);
		if (is_stepped) {
			raise(SIGSTOP);
		}
	}
	zb_reader_destroy(reader);
	return 0;
}

static pid_t start_reader(const char *name, const uint64_t *before)
{
	char byte;
	int ready[2];
	assert_int_equal(pipe(ready), 0);
	pid_t reader = fork();
	if (reader == 0) {
		_exit(play_reader(name, before, ready[1]));
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return reader;
}

/* Write as much as there is room for. Returns the number of the last frame. */
static uint64_t fill(struct zb_writer *writer, uint64_t sequence, const char *code)
{
	struct shot_error err;
	uint64_t size = 300;
	while (size > 1) {
		if (write_frame(writer, sequence + 1, size, 0, &err)) {
			sequence++;
		} else if (strcmp(err.code, "EBUFFERFULL") == 0) {
			size /= 2;
		} else {
			break;
		}
	}
	assert_string_equal(err.code, code);
	return sequence;
}

/* Stop or kill the reader at that change. Returns whether it was amid the call. */
static bool meet_reader(const struct writing *writing, bool is_killed, int changes)
{
	struct shot_error err;
	struct zb_object object;
	struct zb_name checked;
	const char *name = fresh_name();
	uint64_t sequence = 0;
	pid_t reader = start_reader(name, writing->before);
	assert_true(zb_name_init(&checked, name, &err));
	assert_true(zb_object_open(&object, &checked, &err));
	struct zb_writer *writer = zb_writer_create(name, &err);
	assert_non_null(writer);
	for (const uint64_t *size = writing->before; *size; size++) {
		assert_true(write_frame(writer, ++sequence, *size, PATIENCE, &err));
	}
	await_rest(reader);
	assert_true(write_frame(writer, ++sequence, writing->length, PATIENCE, &err));
	bool stopped = step(reader, &object, changes);
	sequence = fill(writer, sequence, "EBUFFERFULL");
	if (is_killed) {
		end_by_kill(reader);
		assert_false(write_frame(writer, sequence + 1, RING - HEADER, 5, &err));
		assert_string_equal(err.code, "EREADERDEAD");
		zb_reader_destroy(make_reader(name, RING));
	} else {
		go_on(reader);
		if (stopped) {
			await_rest(reader);
			go_on(reader);
		}
		for (int i = 0; i < AFTER; i++) {
			uint64_t size = size_after(AFTER - 1 - i);
			assert_true(write_frame(
				writer, ++sequence, size + (size == 1), PATIENCE, &err));
		}
		assert_true(write_frame(writer, ++sequence, 1, PATIENCE, &err));
		end(reader, 0);
	}
	zb_writer_destroy(writer);
	zb_object_close(&object);
	return stopped;
}

static void meet_reader_everywhere(bool is_killed)
{
	for (size_t i = 0; i < WRITINGS; i++) {
		int changes = 1;
		while (meet_reader(&writings[i], is_killed, changes)) {
			changes++;
		}
		assert_true(changes > 4);
	}
}

static void test_a_reader_killed(void **state)
{
	(void)state;
	meet_reader_everywhere(true);
}

static void test_a_reader_stopped(void **state)
{
	(void)state;
	meet_reader_everywhere(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_writer_killed_and_noticed),
		cmocka_unit_test(test_a_writer_killed_and_replaced),
		cmocka_unit_test(test_a_writer_stopped),
		cmocka_unit_test(test_a_reader_killed),
		cmocka_unit_test(test_a_reader_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
