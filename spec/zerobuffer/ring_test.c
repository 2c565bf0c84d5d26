#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "zerobuffer/ring.h"

#define HEADER sizeof(struct zb_header)

/* What a place promises, whatever the numbers are. */
static void check_place(uint64_t size, uint64_t position, uint64_t length, uint64_t align)
{
	struct zb_place place = zb_ring_place(size, position, length, align);
	uint64_t total = HEADER + length, tail = size - position;
	assert_true(place.position + total <= size);
	assert_true((place.position + HEADER) % align == 0);
	assert_true(place.need <= size);
	uint64_t rest = size - place.position - total;
	if (place.rewind) {
		assert_int_equal(place.position, 0);
		assert_int_equal(place.skip, 0);
		assert_int_equal(place.need, size);
		/* Nothing else would have done. */
		bool straight = total <= tail && (position + HEADER) % align == 0 &&
				(position == 0 || tail == total || tail - total >= HEADER);
		assert_false(straight);
		assert_true(tail < HEADER || tail + total > size);
	} else if (place.skip) {
		assert_int_equal(place.position, 0);
		assert_int_equal(place.skip, tail);
		assert_true(place.skip >= HEADER);
		assert_int_equal(place.need, tail + total);
		assert_true(rest == 0 || rest >= HEADER);
	} else {
		assert_int_equal(place.position, position);
		assert_int_equal(place.need, total);
		assert_true(position == 0 || rest == 0 || rest >= HEADER);
	}
	uint64_t behind = zb_ring_behind(size, place.position, length);
	assert_true(behind < size);
	assert_int_equal(behind, (place.position + total) % size);
}

static void test_every_place_of_small_rings(void **state)
{
	(void)state;
	for (uint64_t size = 64; size <= 256; size += 64) {
		for (uint64_t position = 0; position < size; position++) {
			for (uint64_t length = 1; length <= zb_ring_capacity(size); length++) {
				for (uint64_t align = 1; align <= ZB_ALIGN_MAX; align *= 2) {
					check_place(size, position, length, align);
				}
			}
		}
	}
}

/* A reader beside a writer, on numbers alone: what is put in comes out, at every starting position
 * and for every pair of lengths, and the free bytes always return to the ring's size. */
struct model {
	uint8_t ring[256];
	uint64_t size, writer, reader, vacant;
};

static bool model_put(struct model *model, uint64_t length, uint64_t sequence)
{
	struct zb_place place = zb_ring_place(model->size, model->writer, length, 1);
	if (model->vacant < place.need) {
		return false;
	}
	if (place.rewind) {
		model->reader = 0;
	}
	if (place.skip) {
		zb_header_write(model->ring + model->writer, 0, 0);
	}
	zb_header_write(model->ring + place.position, length, sequence);
	model->writer = zb_ring_behind(model->size, place.position, length);
	model->vacant -= place.skip + HEADER + length;
	return true;
}

static struct zb_header model_get(struct model *model)
{
	uint64_t unread = model->size - model->vacant;
	struct zb_header header = zb_header_read(model->ring + model->reader);
	enum zb_found found = zb_ring_find(model->size, model->reader, unread, &header);
	if (found == ZB_FOUND_WRAP) {
		uint64_t tail = model->size - model->reader;
		unread -= tail;
		model->vacant += tail;
		model->reader = 0;
		header = zb_header_read(model->ring);
		found = zb_ring_find(model->size, 0, unread, &header);
	}
	assert_int_equal(found, ZB_FOUND_FRAME);
	model->reader = zb_ring_behind(model->size, model->reader, header.length);
	model->vacant += HEADER + header.length;
	return header;
}

static void test_what_goes_in_comes_out(void **state)
{
	(void)state;
	const uint64_t size = 128;
	for (uint64_t start = 0; start < size; start++) {
		for (uint64_t first = 1; first <= zb_ring_capacity(size); first++) {
			for (uint64_t second = 1; second <= zb_ring_capacity(size); second++) {
				struct model model = {.size = size,
					.vacant = size,
					.writer = start,
					.reader = start};
				assert_true(model_put(&model, first, 1));
				bool both = model_put(&model, second, 2);
				assert_int_equal(model_get(&model).length, first);
				if (!both) { /* a drained ring takes any frame */
					assert_true(model_put(&model, second, 2));
				}
				assert_int_equal(model_get(&model).length, second);
				assert_int_equal(model.vacant, size);
				assert_int_equal(model.reader, model.writer);
			}
		}
	}
}

static void test_a_frame_over_half_the_ring_behind_one(void **state)
{
	(void)state;
	struct zb_place first = zb_ring_place(10240, 0, 6144, 1);
	assert_int_equal(first.need, 6160);
	struct zb_place second = zb_ring_place(10240, zb_ring_behind(10240, 0, 6144), 7168, 1);
	assert_true(second.rewind);
}

static enum zb_found find(uint64_t position, uint64_t unread, uint64_t length)
{
	return zb_ring_find(1024, position, unread, &(struct zb_header){length, 1});
}

static void test_headers_are_believed_only_within_what_was_written(void **state)
{
	(void)state;
	assert_int_equal(find(0, 116, 100), ZB_FOUND_FRAME);
	assert_int_equal(find(0, 1024, 1008), ZB_FOUND_FRAME);
	assert_int_equal(find(0, 115, 100), ZB_FOUND_LONG);
	assert_int_equal(find(0, 1024, 1009), ZB_FOUND_LONG);
	assert_int_equal(find(1000, 1024, 9), ZB_FOUND_LONG);
	assert_int_equal(find(0, 1024, UINT64_MAX), ZB_FOUND_LONG);
	assert_int_equal(find(0, 1024, UINT64_MAX - 15), ZB_FOUND_LONG);
	assert_int_equal(find(0, 15, 1), ZB_FOUND_LONG);
	assert_int_equal(find(0, 1024, 0), ZB_FOUND_EMPTY);
	assert_int_equal(find(512, 116, 0), ZB_FOUND_EMPTY);
	assert_int_equal(find(512, 512, 0), ZB_FOUND_HALF);
	assert_int_equal(find(512, 528, 0), ZB_FOUND_EMPTY);
	assert_int_equal(find(512, 529, 0), ZB_FOUND_WRAP);
}

static void test_distance(void **state)
{
	(void)state;
	assert_int_equal(zb_ring_distance(64, 5, 5), 0);
	assert_int_equal(zb_ring_distance(64, 5, 9), 4);
	assert_int_equal(zb_ring_distance(64, 9, 5), 60);
}

static void test_geometry(void **state)
{
	(void)state;
	struct zb_geometry geometry;
	struct shot_error err;
	assert_true(zb_geometry_plan(&geometry, &(struct zb_config){100, 1000}, &err));
	assert_int_equal(geometry.metadata_size, 128);
	assert_int_equal(geometry.payload_size, 1024);
	assert_int_equal(geometry.object_size, 128 + 128 + 1024);
	assert_true(zb_geometry_plan(&geometry, &(struct zb_config){0, 1}, &err));
	assert_int_equal(geometry.payload_offset, 128);
	assert_false(zb_geometry_plan(&geometry, &(struct zb_config){0, 0}, &err));
	assert_false(zb_geometry_plan(&geometry, &(struct zb_config){UINT64_MAX, 64}, &err));
	assert_false(zb_geometry_plan(&geometry, &(struct zb_config){64, UINT64_MAX}, &err));

	struct zb_oieb oieb = {
		.oieb_size = 128, .version = {1}, .metadata_size = 64, .payload_size = 128};
	assert_true(zb_geometry_check(&geometry, &oieb, 320, &err));
	assert_false(zb_geometry_check(&geometry, &oieb, 319, &err));
	assert_string_equal(err.code, "ECORRUPT");
	oieb.payload_size = UINT64_MAX - 63;
	assert_false(zb_geometry_check(&geometry, &oieb, 320, &err));
	oieb.payload_size = 100;
	assert_false(zb_geometry_check(&geometry, &oieb, 320, &err));
	oieb.payload_size = 128;
	oieb.version[0] = 2;
	assert_false(zb_geometry_check(&geometry, &oieb, 320, &err));
	assert_string_equal(err.code, "EVERSION");
	oieb.oieb_size = 127;
	assert_false(zb_geometry_check(&geometry, &oieb, 320, &err));
	assert_string_equal(err.code, "ECORRUPT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_place_of_small_rings),
		cmocka_unit_test(test_what_goes_in_comes_out),
		cmocka_unit_test(test_a_frame_over_half_the_ring_behind_one),
		cmocka_unit_test(test_headers_are_believed_only_within_what_was_written),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_geometry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
