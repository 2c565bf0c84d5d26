#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "codec/deflate.h"
#include "codec/deflate_text.h"
#include "support/picture.h"

/* Pieces of every kind: noise, which grows, and repetition, with sizes around the limits. */
static void fill(uint8_t *data, size_t size, int kind, uint32_t *seed)
{
	fill_random(data, size, seed);
	for (size_t i = 0; kind > 0 && i < size; i++) {
		data[i] = kind == 1 ? 0 : kind == 2 ? data[i] & 3 : (uint8_t)(i / 7);
	}
}

static void check_pieces(const size_t *sizes, size_t count, int kind)
{
	uint32_t seed = 11, adler = 1;
	struct shot_error err;
	struct shot_deflater *deflater = shot_deflater_create(&err);
	struct shot_text_deflater *text = shot_text_deflater_create();
	assert_non_null(text);
	size_t total = 0, packed_size = 2, packed_room = 16;
	for (size_t i = 0; i < count; i++) {
		total += sizes[i];
		packed_room += shot_deflate_bound(sizes[i]);
	}
	uint8_t *data = malloc(total + 1), *packed = malloc(packed_room), *out = malloc(total + 1);
	uint8_t *at = data;
	memcpy(packed, "\x78\x01", 2);
	for (size_t i = 0; i < count; at += sizes[i++]) {
		fill(at, sizes[i], kind, &seed);
		/* Room of just the size that is promised to be enough. */
		size_t bound = shot_deflate_bound(sizes[i]);
		uint8_t *piece = malloc(bound);
		/* Every second one by zlib, where that is smaller. */
		size_t size = i % 2 ? shot_deflate_text(text, at, sizes[i], piece, bound) : 0;
		assert_true(size <= bound);
		size = size ? size : shot_deflate(deflater, at, sizes[i], piece);
		assert_true(size > 0 && size <= bound);
		memcpy(packed + packed_size, piece, size);
		packed_size += size;
		free(piece);
		adler = shot_adler32_join(adler, libdeflate_adler32(1, at, sizes[i]), sizes[i]);
	}
	assert_int_equal(adler, libdeflate_adler32(1, data, total));
	uint8_t end[] = {3, 0, (uint8_t)(adler >> 24), (uint8_t)(adler >> 16),
		(uint8_t)(adler >> 8), (uint8_t)adler};
	memcpy(packed + packed_size, end, sizeof end);
	packed_size += sizeof end;
	struct libdeflate_decompressor *reader = libdeflate_alloc_decompressor();
	assert_int_equal(libdeflate_zlib_decompress(
				 reader, packed, packed_size, out, total + 1, &packed_room),
		LIBDEFLATE_SUCCESS);
	assert_int_equal(packed_room, total);
	assert_memory_equal(out, data, total);
	libdeflate_free_decompressor(reader);
	free(data);
	free(packed);
	free(out);
	shot_deflater_destroy(deflater);
	shot_text_deflater_destroy(text);
}

static void pieces_join_to_one_stream(void **state)
{
	(void)state;
	static const size_t sizes[] = {
		1, 2, 3, 100, 65535, 65536, 65534, 131070, 131071, 7, 300000, 1 << 20, 5, 32768};
	for (int kind = 0; kind < 4; kind++) {
		check_pieces(sizes, sizeof sizes / sizeof *sizes, kind);
	}
}

static void one_small_piece_is_a_stream(void **state)
{
	(void)state;
	for (size_t size = 1; size < 300; size++) {
		check_pieces(&size, 1, (int)(size % 4));
	}
}

static void text_needs_room(void **state)
{
	(void)state;
	uint32_t seed = 17;
	uint8_t data[5000], out[200];
	struct shot_text_deflater *text = shot_text_deflater_create();
	fill(data, sizeof data, 0, &seed);
	assert_int_equal(shot_deflate_text(text, data, sizeof data, out, sizeof out), 0);
	fill(data, sizeof data, 1, &seed);
	size_t size = shot_deflate_text(text, data, sizeof data, out, sizeof out);
	assert_in_range(size, 1, sizeof out - 1);
	assert_int_equal(shot_deflate_text(text, data, sizeof data, out, size - 1), 0);
	shot_text_deflater_destroy(text);
	shot_text_deflater_destroy(NULL);
}

static void sums_join(void **state)
{
	(void)state;
	uint32_t seed = 13;
	uint8_t *data = malloc(200000);
	memset(data, 255, 200000);
	for (int round = 0; round < 200; round++) {
		size_t first = next_random(&seed) % 100000, second = next_random(&seed) % 100000;
		assert_int_equal(shot_adler32_join(libdeflate_adler32(1, data, first),
					 libdeflate_adler32(1, data + first, second), second),
			libdeflate_adler32(1, data, first + second));
		fill_random(data, 1000, &seed);
	}
	free(data);
	shot_deflater_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_join_to_one_stream),
		cmocka_unit_test(one_small_piece_is_a_stream),
		cmocka_unit_test(text_needs_room),
		cmocka_unit_test(sums_join),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
