/* What Exif says and how hostile bytes of it are taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec/exif.h"
#include "support/picture.h"

static const struct shot_origin origin = {
	.wall_ns = INT64_C(1714566896789654321),
	.rect = {-10, 20, 640, 480},
	.source = "HDMI-1",
	.dots_per_mm_x = 3.78,
	.dots_per_mm_y = 4.12,
};

static void what_is_made_is_read(void **state)
{
	(void)state;
	struct shot_exif exif;
	struct shot_kept_origin kept = {0};
	shot_exif_make(&origin, &exif);
	shot_exif_read(exif.data, exif.size, &kept);
	assert_true(kept.wall_ns == INT64_C(1714566896789000000));
	assert_int_equal(kept.x, -10);
	assert_int_equal(kept.y, 20);
	assert_string_equal(kept.source, "HDMI-1");
	assert_true(fabs(kept.dots_per_mm_x - 3.78) < 1e-9);
	assert_true(fabs(kept.dots_per_mm_y - 4.12) < 1e-9);
}

static void what_is_not_known_is_not_made(void **state)
{
	(void)state;
	const struct shot_origin none = {0};
	struct shot_exif exif;
	struct shot_kept_origin kept = {0}, nothing = {0};
	shot_exif_make(&none, &exif);
	shot_exif_read(exif.data, exif.size, &kept);
	assert_memory_equal(&kept, &nothing, sizeof kept);
}

/* Names are cut, so that nothing grows beyond its room. */
static void names_can_be_long(void **state)
{
	(void)state;
	char name[2000];
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = 0;
	struct shot_origin long_one = origin;
	long_one.source = name;
	long_one.rect = (struct shot_rect){INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX};
	struct shot_exif exif;
	struct shot_kept_origin kept = {0};
	shot_exif_make(&long_one, &exif);
	assert_true(exif.size < sizeof exif.data);
	long_one.rect = origin.rect;
	shot_exif_make(&long_one, &exif);
	shot_exif_read(exif.data, exif.size, &kept);
	assert_int_equal(strlen(kept.source), SHOT_KEPT_SOURCE - 1);
}

/* "MM": the resolution alone, in dots per inch. */
static void the_other_byte_order_is_read(void **state)
{
	(void)state;
	static const uint8_t data[] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 2, /* two entries */
		0x01, 0x1a, 0, 5, 0, 0, 0, 1, 0, 0, 0, 38, 0x01, 0x1b, 0, 5, 0, 0, 0, 1, 0, 0, 0,
		38, 0, 0, 0, 0, 0, 0, 0, 254, 0, 0, 0, 1};
	struct shot_kept_origin kept = {0};
	shot_exif_read(data, sizeof data, &kept);
	assert_true(kept.dots_per_mm_x > 9.999 && kept.dots_per_mm_x < 10.001);
}

/* Cut short at every place and with every byte changed, in memory that ends there. */
static void hostile_bytes_are_left_out(void **state)
{
	(void)state;
	struct shot_exif exif;
	uint32_t seed = 3;
	shot_exif_make(&origin, &exif);
	for (size_t size = 0; size <= exif.size; size++) {
		for (int round = 0; round < 40; round++) {
			uint8_t *copy = malloc(size + 1);
			memcpy(copy + 1, exif.data, size);
			for (int i = 0; size && i < round % 4; i++) {
				copy[1 + next_random(&seed) % size] =
					(uint8_t)(next_random(&seed) >> 9);
			}
			struct shot_kept_origin kept = {0};
			shot_exif_read(copy + 1, size, &kept);
			assert_true(strlen(kept.source) < SHOT_KEPT_SOURCE);
			free(copy);
		}
	}
}

static void times_need_their_zone(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{"2024-05-01T12:34:56.789Z", 1714566896789},
		{"2024-05-01T12:34:56Z", 1714566896000},
		{"2024-05-01T12:34:56.5+02:00", 1714559696500},
		{"2024-05-01T12:34:56-00:30", 1714568696000},
		{"2024-05-01T12:34:56.123456789123456789Z", 1714566896123},
		{"2024-05-01T12:34:56", 0},
		{"2024-05-01T12:34:56+2", 0},
		{"2024-05-01T12:34:56+-1:00", 0},
		{"2024-05-01 12:34:56Z", 0},
		{"9999-05-01T12:34:56Z", 0},
		{"0001-05-01T12:34:56Z", 0},
		{"", 0},
		{"Wed, 01 May 2024 12:34:56 +0200", 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct shot_kept_origin kept = {0};
		shot_origin_read_time(&kept, cases[i].text, strlen(cases[i].text));
		if (kept.wall_ns != cases[i].ms * 1000000) {
			fail_msg("%s: %lld", cases[i].text, (long long)kept.wall_ns);
		}
	}
	struct shot_kept_origin kept = {.wall_ns = 5};
	shot_origin_read_time(&kept, "2024-05-01T12:34:56Z\0", 21);
	assert_true(kept.wall_ns == 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_is_read),
		cmocka_unit_test(what_is_not_known_is_not_made),
		cmocka_unit_test(names_can_be_long),
		cmocka_unit_test(the_other_byte_order_is_read),
		cmocka_unit_test(hostile_bytes_are_left_out),
		cmocka_unit_test(times_need_their_zone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
