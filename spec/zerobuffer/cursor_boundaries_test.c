/* A peer that stops between any two of its stores. The other side is played here, one store at a
 * time, as the reference implementations do it; docs/dev/rings.md has the table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "support/rings.h"
#include "zerobuffer/cursor.h"
#include "zerobuffer/ring.h"
#include "zerobuffer/semaphore.h"

#define HEADER sizeof(struct zb_header)
#define FOREVER 1000 /* more steps than anything has */

/* What a peer has of a ring. */
struct ring {
	struct zb_name names;
	struct zb_oieb *oieb;
	uint8_t *data;
	size_t size;
	struct zb_semaphore written, released;
};

static void map_ring(struct ring *ring, const char *name)
{
	struct shot_error err;
	struct stat status;
	zb_name_init(&ring->names, name, &err);
	int fd = zb_shm_open(ring->names.object, O_RDWR, &status, "the ring", name, &err);
	assert_true(fd >= 0);
	ring->size = (size_t)status.st_size;
	ring->oieb = mmap(NULL, ring->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(ring->oieb != MAP_FAILED);
	close(fd);
	ring->data = (uint8_t *)(ring->oieb + 1) + ring->oieb->metadata_size;
	assert_true(zb_semaphore_open(&ring->written, ring->names.data, &err));
	assert_true(zb_semaphore_open(&ring->released, ring->names.space, &err));
}

static void unmap_ring(struct ring *ring)
{
	munmap(ring->oieb, ring->size);
	zb_semaphore_close(&ring->written);
	zb_semaphore_close(&ring->released);
}

/* --- a writer, one store at a time ------------------------------------------------------------ */

enum kind {
	CPP,	/* position, free bytes, count; a marker is counted when it is written */
	PYTHON, /* the same; a wrap is counted even when there is no room for its marker */
	CSHARP, /* position, count, free bytes */
	KINDS,
};

struct peer {
	struct ring *ring;
	enum kind kind;
	uint64_t sequence;
	int left;	      /* stores until it stops */
	struct pause *paused; /* what happens until it goes on; NULL: it does not */
};

static void pause_peer(struct pause *pause);

static bool goes_on(struct peer *peer)
{
	if (peer->left == 0 && peer->paused) {
		pause_peer(peer->paused);
		peer->left = FOREVER;
	}
	return peer->left > 0 && peer->left--;
}

/* Returns whether the whole frame is there, which a position behind it says. */
static bool peer_write(struct peer *peer, uint64_t length)
{
	struct zb_oieb *oieb = peer->ring->oieb;
	uint8_t *data = peer->ring->data;
	uint64_t position = oieb->payload_write_pos, total = HEADER + length;
	uint64_t tail = RING - position;
	bool whole = false;
	if (tail < total) {
		if (tail >= HEADER && goes_on(peer)) {
			zb_header_write(data + position, 0, 0);
		}
		if (goes_on(peer)) {
			__atomic_fetch_sub(&oieb->payload_free_bytes, tail, __ATOMIC_RELEASE);
		}
		position = 0;
		if (goes_on(peer)) {
			zb_store(&oieb->payload_write_pos, 0);
		}
		if ((tail >= HEADER || peer->kind == PYTHON) && goes_on(peer)) {
			zb_store(&oieb->payload_written_count, oieb->payload_written_count + 1);
		}
	}
	if (goes_on(peer)) {
		zb_header_write(data + position, length, peer->sequence + 1);
	}
	if (goes_on(peer)) {
		memset(data + position + HEADER, (int)(peer->sequence + 1), length / 2);
	}
	if (goes_on(peer)) {
		memset(data + position + HEADER, (int)(peer->sequence + 1), length);
	}
	if (goes_on(peer)) {
		peer->sequence++;
		whole = true;
		zb_store(&oieb->payload_write_pos, position + total);
	}
	for (int i = 0; i < 2; i++) {
		bool is_count = (i == 0) == (peer->kind == CSHARP);
		if (!goes_on(peer)) {
			break;
		}
		if (is_count) {
			zb_store(&oieb->payload_written_count, oieb->payload_written_count + 1);
		} else {
			__atomic_fetch_sub(&oieb->payload_free_bytes, total, __ATOMIC_RELEASE);
		}
	}
	if (goes_on(peer)) {
		zb_semaphore_post(&peer->ring->written, 1);
	}
	return whole;
}

static void check_item(struct zb_item *item, uint64_t sequence, uint64_t size)
{
	assert_int_equal(item->sequence, sequence);
	assert_int_equal(item->size, size);
	for (uint64_t i = 0; i < size; i++) {
		assert_int_equal(item->data[i], (uint8_t)sequence);
	}
}

static void get(struct zb_reader *reader, uint64_t sequence, uint64_t size)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(reader, 0, &err);
	if (!item) {
		fail_msg("frame %d: %s: %s", (int)sequence, err.code, err.message);
	}
	check_item(item, sequence, size);
	shot_owner_unref(&item->owner);
}

static void expect_none(struct zb_reader *reader, const char *code)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(reader, 0, &err);
	assert_null(item);
	assert_string_equal(err.code, code);
}

/* What comes after a peer that was killed: a writer of ours, or of the same kind again. Nothing may
 * be late, nothing lost, and all space must come back. */
static void go_on_with_ours(struct ring *ring, struct zb_reader *reader)
{
	struct shot_error err;
	uint8_t data[RING];
	struct zb_writer *writer = make_writer(ring->names.text);
	const uint64_t sizes[] = {100, 700, RING - HEADER, 1, RING - HEADER, 500, 600};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		memset(data, (int)i + 1, sizes[i]);
		if (!zb_writer_write(writer, data, sizes[i], 0, NULL, &err)) {
			fail_msg("frame %d: %s: %s", (int)i + 1, err.code, err.message);
		}
		get(reader, i + 1, sizes[i]);
	}
	assert_int_equal(ring->oieb->payload_free_bytes, RING);
	zb_writer_destroy(writer);
	expect_none(reader, "EWRITERDEAD");
}

static void go_on_with_theirs(struct ring *ring, struct zb_reader *reader, enum kind kind)
{
	struct peer next = {ring, kind, 0, FOREVER, NULL};
	ring->oieb->writer_pid = (uint64_t)getpid();
	for (uint64_t i = 1; i <= 30; i++) {
		assert_true(peer_write(&next, 16 * (1 + i % 20)));
		get(reader, i, 16 * (1 + i % 20));
	}
	assert_int_equal(ring->oieb->payload_free_bytes, RING);
	ring->oieb->writer_pid = 0;
	expect_none(reader, "EWRITERDEAD");
}

/* One death. `before` frames bring the writer to where it stands: in the middle, so that the frame
 * wraps behind a marker, so that it wraps behind a tail of 8 bytes, or to the last byte. */
struct death {
	enum kind kind;
	const uint64_t *before;
	uint64_t length;
	int steps;
	bool noticed; /* by the reader, before the next writer comes */
	bool ours;    /* the next one */
};

static bool die(const struct death *death)
{
	struct shot_error err;
	struct ring ring;
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, RING);
	map_ring(&ring, name);
	struct peer peer = {&ring, death->kind, 0, FOREVER, NULL};
	ring.oieb->writer_pid = (uint64_t)getpid();
	for (const uint64_t *size = death->before; *size; size++) {
		assert_true(peer_write(&peer, *size));
		get(reader, peer.sequence, *size);
	}
	peer.left = death->steps;
	bool whole = peer_write(&peer, death->length);
	bool done = peer.left > 0;
	ring.oieb->writer_pid = 0; /* as the first look finds that nobody has this number */
	if (death->noticed) {
		if (whole) {
			get(reader, peer.sequence, death->length);
		}
		expect_none(reader, "EWRITERDEAD");
		expect_none(reader, "EWRITERDEAD");
		assert_int_equal(ring.oieb->payload_free_bytes, RING);
		assert_int_equal(ring.oieb->payload_read_count, ring.oieb->payload_written_count);
		zb_reader_forget_writer(reader);
	} else if (whole) { /* it has to wait for whoever comes first */
		struct zb_item *item = zb_reader_read(reader, shot_deadline_in(0.5), &err);
		assert_non_null(item);
		check_item(item, peer.sequence, death->length);
		shot_owner_unref(&item->owner);
	}
	if (death->ours) {
		go_on_with_ours(&ring, reader);
	} else if (death->noticed) {
		go_on_with_theirs(&ring, reader, death->kind);
	}
	unmap_ring(&ring);
	zb_reader_destroy(reader);
	return !done;
}

static void test_a_writer_killed_between_any_two_stores(void **state)
{
	(void)state;
	static const uint64_t middle[] = {100, 0}, marker[] = {500, 300, 0},
			      tail[] = {500, RING - 500 - 3 * HEADER + 8, 0},
			      end[] = {500, RING - 500 - 2 * HEADER, 0};
	static const uint64_t *const before[] = {middle, marker, tail, end};
	int deaths = 0;
	for (size_t place = 0; place < sizeof before / sizeof before[0]; place++) {
		for (enum kind kind = 0; kind < KINDS; kind++) {
			for (int way = 0; way < 4; way++) {
				struct death death = {
					kind, before[place], 400, 0, way & 1, way & 2};
				while (die(&death)) {
					death.steps++;
					deaths++;
				}
			}
		}
	}
	assert_true(deaths > 300);
}

/* --- the same writer, stopped for a while ------------------------------------------------------
 */

/* A reader's cursor, and what it does while the writer rests. */
struct pause {
	struct zb_cursor cursor;
	struct zb_object object;
	uint64_t read; /* frames */
	int pauses;
};

/* Read the next frame, if there is one, and give it back. */
static bool take_next(struct pause *reading)
{
	struct shot_error err;
	struct zb_next next;
	enum zb_look look = zb_cursor_look(&reading->cursor, &reading->object, true, &next, &err);
	if (look == ZB_LOOK_FAULT) {
		fail_msg("frame %d: %s", (int)reading->read + 1, err.message);
	}
	if (look != ZB_LOOK_FRAME) {
		return false;
	}
	assert_int_equal(next.header.sequence, ++reading->read);
	for (uint64_t i = 0; i < next.header.length; i++) {
		assert_int_equal(
			reading->object.ring[next.position + HEADER + i], (uint8_t)reading->read);
	}
	uint64_t credit = zb_cursor_take(&reading->cursor, &reading->object, &next);
	zb_cursor_give(&reading->cursor, &reading->object, credit);
	return true;
}

/* It reads what is there, and waits for long. */
static void pause_peer(struct pause *pause)
{
	while (take_next(pause)) {
	}
	for (int i = 0; i < 3; i++) {
		zb_cursor_settle(&pause->cursor, &pause->object);
		assert_false(take_next(pause));
	}
	pause->pauses++;
}

/* By the free bytes alone, as the reference goes. */
static bool has_room(const struct peer *peer, uint64_t length)
{
	const struct zb_oieb *oieb = peer->ring->oieb;
	uint64_t total = HEADER + length, tail = RING - oieb->payload_write_pos;
	return oieb->payload_free_bytes >= (tail >= total ? total : tail + total);
}

/* Returns whether the writer rested in its frame. */
static bool rest(enum kind kind, const uint64_t *before, uint64_t length, int steps)
{
	struct shot_error err;
	struct ring ring;
	struct pause reading = {0};
	unsigned seed = (unsigned)steps;
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, RING);
	map_ring(&ring, name);
	ring.oieb->writer_pid = reading.cursor.writer = (uint64_t)getpid();
	assert_true(zb_object_open(&reading.object, &ring.names, &err));
	struct peer peer = {&ring, kind, 0, FOREVER, NULL};
	for (const uint64_t *size = before; *size; size++) {
		assert_true(peer_write(&peer, *size));
		assert_true(take_next(&reading));
	}
	peer.paused = &reading;
	peer.left = steps;
	assert_true(peer_write(&peer, length));
	/* From now on the reader takes a frame only when the writer has no room for another. */
	peer.paused = NULL;
	peer.left = FOREVER;
	for (int i = 0; i < 200; i++) {
		uint64_t size = 1 + (uint64_t)rand_r(&seed) % 400;
		bool waited = false;
		while (!has_room(&peer, size)) {
			if (!take_next(&reading)) {
				assert_false(waited);
				waited = true;
				*ring.released.word += UINT64_C(1) << 32;
				zb_cursor_settle(&reading.cursor, &reading.object);
				zb_cursor_settle(&reading.cursor, &reading.object);
				*ring.released.word -= UINT64_C(1) << 32;
			}
		}
		peer.left = FOREVER;
		assert_true(peer_write(&peer, size));
	}
	*ring.released.word += UINT64_C(1) << 32;
	pause_peer(&reading);
	assert_int_equal(reading.read, peer.sequence);
	assert_int_equal(ring.oieb->payload_free_bytes, RING);
	assert_int_equal(ring.oieb->payload_read_count, ring.oieb->payload_written_count);
	zb_object_close(&reading.object);
	unmap_ring(&ring);
	zb_reader_destroy(reader);
	return reading.pauses > 1;
}

/* The reader is quicker than the writer, which is about to count the frame: a count that the reader
 * took back would look like a full ring to the writer, which would wait for a token. */
static void test_a_frame_that_is_read_before_it_is_counted(void **state)
{
	(void)state;
	struct shot_error err;
	struct ring ring;
	struct pause reading = {0};
	const char *name = fresh_name();
	struct zb_reader *reader = make_reader(name, RING);
	map_ring(&ring, name);
	assert_true(zb_object_open(&reading.object, &ring.names, &err));
	struct peer peer = {&ring, CPP, 0, 5, NULL}; /* up to the free bytes */
	assert_true(peer_write(&peer, 400));
	assert_int_equal(ring.oieb->payload_written_count, 0);
	assert_true(take_next(&reading));
	assert_false(take_next(&reading));
	assert_int_equal(ring.oieb->payload_read_count, 1);
	zb_object_close(&reading.object);
	unmap_ring(&ring);
	zb_reader_destroy(reader);
}

static void test_a_writer_stopped_between_any_two_stores(void **state)
{
	(void)state;
	static const uint64_t none[] = {0}, middle[] = {100, 0}, marker[] = {500, 300, 0},
			      tail[] = {500, RING - 500 - 3 * HEADER + 8, 0},
			      end[] = {500, RING - 500 - 2 * HEADER, 0};
	static const struct {
		const uint64_t *before;
		uint64_t length;
	} places[] = {{none, RING - HEADER}, {middle, 400}, {marker, 400}, {tail, 400}, {end, 400}};
	int rests = 0;
	for (size_t place = 0; place < sizeof places / sizeof places[0]; place++) {
		for (enum kind kind = 0; kind < KINDS; kind++) {
			int steps = 0;
			while (rest(kind, places[place].before, places[place].length, steps)) {
				steps++;
				rests++;
			}
		}
	}
	assert_true(rests > 100);
}

/* --- a reader, one store at a time ------------------------------------------------------------ */

struct taker {
	struct ring *ring;
	bool posts_markers; /* as 1.1.7 does it */
	uint64_t held;	    /* bytes of the frame that was read and not given back */
	int left;
};

/* Read the next frame up to the store at which it stops; returns its header, length 0 for none. */
static struct zb_header taker_read(struct taker *taker)
{
	struct zb_oieb *oieb = taker->ring->oieb;
	struct zb_header header = zb_header_read(taker->ring->data + oieb->payload_read_pos % RING);
	if (header.length == 0) {
		uint64_t tail = RING - oieb->payload_read_pos;
		__atomic_fetch_add(&oieb->payload_free_bytes, tail, __ATOMIC_RELEASE);
		zb_store(&oieb->payload_read_pos, 0);
		zb_store(&oieb->payload_read_count, oieb->payload_read_count + 1);
		if (taker->posts_markers) {
			zb_semaphore_post(&taker->ring->released, 1);
		}
		header = zb_header_read(taker->ring->data);
	}
	taker->held = HEADER + header.length;
	zb_store(&oieb->payload_read_pos, (oieb->payload_read_pos + taker->held) % RING);
	zb_store(&oieb->payload_read_count, oieb->payload_read_count + 1);
	return header;
}

static void taker_give(struct taker *taker)
{
	__atomic_fetch_add(&taker->ring->oieb->payload_free_bytes, taker->held, __ATOMIC_RELEASE);
	zb_semaphore_post(&taker->ring->released, 1);
	taker->held = 0;
}

struct writing {
	struct ring ring;
	struct zb_reader *reader; /* makes the ring, and does nothing else */
	struct zb_writer *writer;
	uint64_t sequence;
};

static int open_writing(void **state)
{
	static struct writing writing;
	const char *name = fresh_name();
	writing = (struct writing){0};
	writing.reader = make_reader(name, RING);
	writing.writer = make_writer(name);
	map_ring(&writing.ring, name);
	*state = &writing;
	return 0;
}

static int close_writing(void **state)
{
	struct writing *writing = *state;
	unmap_ring(&writing->ring);
	zb_writer_destroy(writing->writer);
	zb_reader_destroy(writing->reader);
	return 0;
}

static bool put(struct writing *writing, size_t size)
{
	struct shot_error err;
	uint8_t data[RING];
	memset(data, (int)(writing->sequence + 1), size);
	bool ok = zb_writer_write(writing->writer, data, size, 0, NULL, &err);
	writing->sequence += ok;
	assert_true(ok || strcmp(err.code, "EBUFFERFULL") == 0);
	return ok;
}

/* Three frames fill the ring to the last byte: the positions are equal, as in an empty one. */
static void test_unread_frames_are_never_written_over(void **state)
{
	struct writing *writing = *state;
	assert_true(put(writing, 512 - HEADER));
	assert_true(put(writing, 512 - HEADER));
	const uint64_t claims[] = {512, 600, RING, RING + 1, UINT64_MAX};
	for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
		writing->ring.oieb->payload_free_bytes = claims[i];
		assert_false(put(writing, 300));
	}
	assert_int_equal(zb_header_read(writing->ring.data).sequence, 1);
	assert_int_equal(zb_header_read(writing->ring.data + 512).sequence, 2);
}

/* The same where the counts cannot tell, but the tokens do: a reader's plain += has undone what was
 * taken, and it still holds its frame. */
static void test_held_frames_are_never_written_over(void **state)
{
	struct writing *writing = *state;
	struct taker taker = {&writing->ring, true, 0, FOREVER};
	assert_true(put(writing, 512 - HEADER));
	assert_true(put(writing, 512 - HEADER));
	assert_int_equal(taker_read(&taker).sequence, 1);
	writing->ring.oieb->payload_free_bytes += 512; /* lost: one subtraction */
	assert_false(put(writing, 300));
	taker_give(&taker);
	assert_true(put(writing, 300));
	assert_int_equal(taker_read(&taker).sequence, 2);
	assert_false(put(writing, 512 - HEADER));
}

/* A reader that loses every subtraction that it can, with frames of all sizes, holding each frame
 * while the writer tries to write: what it holds stays whole. */
static void stream_to(struct writing *writing, bool posts_markers, bool loses, unsigned seed)
{
	struct taker taker = {&writing->ring, posts_markers, 0, FOREVER};
	uint64_t read = 0;
	for (int i = 0; i < 20000; i++) {
		uint64_t before = writing->ring.oieb->payload_free_bytes;
		size_t size = 1 + (size_t)rand_r(&seed) % 500;
		while (put(writing, size)) {
			size = 1 + (size_t)rand_r(&seed) % 500;
		}
		if (loses && rand_r(&seed) % 2) {
			writing->ring.oieb->payload_free_bytes = before;
		}
		assert_true(read < writing->sequence);
		struct zb_header header = taker_read(&taker);
		assert_int_equal(header.sequence, ++read);
		const uint8_t *data = writing->ring.data + RING - header.length;
		if (writing->ring.oieb->payload_read_pos) {
			data = writing->ring.data + writing->ring.oieb->payload_read_pos -
			       header.length;
		}
		put(writing, 1 + (size_t)rand_r(&seed) % 500);
		for (uint64_t k = 0; k < header.length; k++) {
			assert_int_equal(data[k], (uint8_t)read);
		}
		taker_give(&taker);
	}
}

static void test_a_reader_that_loses_subtractions(void **state)
{
	stream_to(*state, true, true, 1);
}

static void test_a_reader_that_loses_subtractions_and_counts_frames(void **state)
{
	stream_to(*state, false, true, 2);
}

static void test_a_reader_that_posts_for_markers(void **state)
{
	stream_to(*state, true, false, 3);
}

static void test_a_reader_that_loses_nothing(void **state)
{
	stream_to(*state, false, false, 4);
}

/* Stopped between two stores of a read or a release, the reader makes the writer wait and no more:
 * afterwards all goes on. Every boundary is one state of the four fields. */
static void test_a_reader_stopped_between_any_two_stores(void **state)
{
	struct writing *writing = *state;
	struct zb_oieb *oieb = writing->ring.oieb;
	for (int round = 0; round < 200; round++) {
		assert_true(put(writing, 400));
		zb_store(&oieb->payload_read_pos, (oieb->payload_read_pos + 416) % RING);
		put(writing, 700);
		put(writing, RING - HEADER);
		zb_store(&oieb->payload_read_count, oieb->payload_read_count + 1);
		assert_false(put(writing, RING - HEADER));
		__atomic_fetch_add(&oieb->payload_free_bytes, 416, __ATOMIC_RELEASE);
		assert_false(put(writing, RING - HEADER));
		zb_semaphore_post(&writing->ring.released, 1);
		assert_true(put(writing, RING - HEADER));
		assert_int_equal(zb_header_read(writing->ring.data).length, RING - HEADER);
		oieb->payload_read_pos = 0;
		oieb->payload_read_count++;
		__atomic_fetch_add(&oieb->payload_free_bytes, RING, __ATOMIC_RELEASE);
		zb_semaphore_post(&writing->ring.released, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_writer_killed_between_any_two_stores),
		cmocka_unit_test(test_a_frame_that_is_read_before_it_is_counted),
		cmocka_unit_test(test_a_writer_stopped_between_any_two_stores),
		cmocka_unit_test_setup_teardown(
			test_unread_frames_are_never_written_over, open_writing, close_writing),
		cmocka_unit_test_setup_teardown(
			test_held_frames_are_never_written_over, open_writing, close_writing),
		cmocka_unit_test_setup_teardown(
			test_a_reader_that_loses_subtractions, open_writing, close_writing),
		cmocka_unit_test_setup_teardown(
			test_a_reader_that_loses_subtractions_and_counts_frames, open_writing,
			close_writing),
		cmocka_unit_test_setup_teardown(
			test_a_reader_that_posts_for_markers, open_writing, close_writing),
		cmocka_unit_test_setup_teardown(
			test_a_reader_that_loses_nothing, open_writing, close_writing),
		cmocka_unit_test_setup_teardown(
			test_a_reader_stopped_between_any_two_stores, open_writing, close_writing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
