/* Read by libpng, which knows nothing of how they were made. link: --no-as-needed -lpng16 -lz */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "codec/encode.h"
#include "codec/png_filter.h"
#include "image/convert.h"
#include "support/picture.h"

static struct shot_blob encode(
	const struct shot_view *view, enum shot_level level, const struct shot_origin *origin)
{
	struct shot_encode_options options = {.level = level};
	struct shot_blob blob = {0};
	struct shot_error err;
	if (origin) {
		options.origin = *origin;
	}
	assert_true(shot_codec_by_name("png")->encode(view, &options, &blob, &err));
	return blob;
}

static void check(const struct shot_view *view, enum shot_level level)
{
	struct shot_blob blob = encode(view, level, NULL);
	bool gray = view->format == SHOT_FORMAT_GRAY;
	png_image image = {.version = PNG_IMAGE_VERSION};
	assert_true(png_image_begin_read_from_memory(&image, blob.data, blob.size));
	assert_int_equal(image.format, gray ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB);
	assert_int_equal(image.width, view->width);
	assert_int_equal(image.height, view->height);
	size_t size = PNG_IMAGE_SIZE(image), row = size / image.height;
	uint8_t *decoded = malloc(size), *expected = malloc(size);
	if (!png_image_finish_read(&image, NULL, decoded, 0, NULL)) {
		fail_msg("%dx%d, level %d: %s", view->width, view->height, (int)level,
			image.message);
	}
	assert_string_equal(image.message, "");
	shot_view_convert(view, gray ? SHOT_FORMAT_GRAY : SHOT_FORMAT_RGB, expected, row);
	assert_memory_equal(decoded, expected, size);
	free(decoded);
	free(expected);
	shot_blob_finish(&blob);
}

static void check_both(const struct shot_view *view)
{
	check(view, SHOT_LEVEL_FAST);
	check(view, SHOT_LEVEL_SMALL);
}

/* Like a photograph: every pixel near its neighbors. */
static void make_smooth(struct shot_view *view, uint32_t *seed)
{
	for (int32_t y = 0; y < view->height; y++) {
		uint8_t *row = shot_view_row(view, y);
		for (size_t x = 0; x < (size_t)view->width * shot_format_bytes(view->format); x++) {
			row[x] = (uint8_t)(x / 40 + (size_t)y / 3 + next_random(seed) % 3);
		}
	}
}

/* Like text: few colors, shapes that repeat. */
static void make_text(struct shot_view *view)
{
	for (int32_t y = 0; y < view->height; y++) {
		uint8_t *row = shot_view_row(view, y);
		for (size_t x = 0; x < (size_t)view->width * shot_format_bytes(view->format); x++) {
			row[x] = (x / 7 ^ (size_t)y / 3) * 2654435761u >> 20 & 1 ? 255 : 0;
		}
	}
}

static void small_pictures_read_back(void **state)
{
	(void)state;
	uint32_t seed = 21;
	static const int32_t sizes[][2] = {{1, 1}, {1, 2}, {2, 1}, {1, 100}, {100, 1}, {3, 3},
		{17, 12}, {13, 11}, {64, 64}, {255, 130}};
	for (int format = 0; format < SHOT_FORMAT_COUNT; format++) {
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			struct shot_view view = make_view(sizes[i][0], sizes[i][1],
				(enum shot_format)format, i % 5, 3 * i, &seed);
			check_both(&view);
			make_smooth(&view, &seed);
			check_both(&view);
			make_text(&view);
			check_both(&view);
			shot_view_unref(&view);
		}
	}
}

/* Several stripes, so several threads (shot_worker_create) where there are processors. */
static void large_pictures_read_back(void **state)
{
	(void)state;
	uint32_t seed = 22;
	struct shot_view view = make_view(1501, 1403, SHOT_FORMAT_BGRX, 0, 0, &seed);
	check(&view, SHOT_LEVEL_FAST);
	make_smooth(&view, &seed);
	check_both(&view);
	make_text(&view);
	check_both(&view);
	shot_view_unref(&view);
}

static void extreme_shapes_read_back(void **state)
{
	(void)state;
	uint32_t seed = 23;
	struct shot_view wide = make_view(600000, 3, SHOT_FORMAT_BGRX, 0, 0, &seed);
	check_both(&wide);
	shot_view_unref(&wide);
	struct shot_view tall = make_view(1, 900000, SHOT_FORMAT_GRAY, 0, 0, &seed);
	check_both(&tall);
	shot_view_unref(&tall);
}

static void a_crop_is_encoded_alone(void **state)
{
	(void)state;
	uint32_t seed = 24;
	struct shot_error err;
	struct shot_view view = make_view(80, 60, SHOT_FORMAT_BGRX, 0, 0, &seed), crop;
	assert_true(shot_view_crop(&view, (struct shot_rect){7, 9, 33, 21}, &crop, &err));
	check_both(&crop);
	shot_view_unref(&crop);
	shot_view_unref(&view);
}

static void few_bytes_for_what_is_simple(void **state)
{
	(void)state;
	uint32_t seed = 25;
	struct shot_view view = make_view(1600, 1200, SHOT_FORMAT_BGRX, 0, 0, &seed);
	size_t size = shot_view_packed_size(&view, SHOT_FORMAT_RGB);
	struct shot_blob noise = encode(&view, SHOT_LEVEL_FAST, NULL);
	assert_true(noise.size < size + size / 1000 + 1000);
	make_smooth(&view, &seed);
	struct shot_blob fast = encode(&view, SHOT_LEVEL_FAST, NULL);
	struct shot_blob small = encode(&view, SHOT_LEVEL_SMALL, NULL);
	assert_true(fast.size < size / 2);
	assert_true(small.size < fast.size);
	make_text(&view);
	struct shot_blob text = encode(&view, SHOT_LEVEL_FAST, NULL);
	assert_true(text.size < size / 20);
	shot_blob_finish(&noise);
	shot_blob_finish(&fast);
	shot_blob_finish(&small);
	shot_blob_finish(&text);
	shot_view_unref(&view);
}

/* Letters of 8x12 pixels, from an alphabet of 40. */
static void make_letters(struct shot_view *view, uint32_t *seed)
{
	uint32_t alphabet[40][12];
	for (int i = 0; i < 40 * 12; i++) {
		alphabet[i / 12][i % 12] = next_random(seed);
	}
	for (int32_t y = 0; y < view->height / 12; y++) {
		for (int32_t x = 0; x < view->width / 8; x++) {
			const uint32_t *letter = alphabet[next_random(seed) % 40];
			for (int i = 0; i < 96; i++) {
				memset(shot_view_row(view, y * 12 + i / 8) + 4 * (x * 8 + i % 8),
					letter[i / 8] >> i % 8 & 1 ? 0 : 255, 4);
			}
		}
	}
}

enum { MIXED_ROWS = 1024 };

/* The rows of [first, end) that have no filter, of a picture with so many rows of `row` bytes. */
static int count_unfiltered(const struct shot_blob *blob, size_t row, int first, int end)
{
	uint8_t *packed = malloc(blob->size), *rows = malloc(row * MIXED_ROWS);
	size_t size = 0;
	for (size_t at = 8, length; at < blob->size; at += length + 12) {
		const uint8_t *chunk = blob->data + at;
		length = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 |
			 chunk[3];
		if (memcmp(chunk + 4, "IDAT", 4) == 0) {
			memcpy(packed + size, chunk + 8, length);
			size += length;
		}
	}
	uLongf unpacked = row * MIXED_ROWS;
	assert_int_equal(uncompress(rows, &unpacked, packed, size), Z_OK);
	int count = 0;
	for (int y = first; y < end; y++) {
		count += rows[(size_t)y * row] == 0;
	}
	free(rows);
	free(packed);
	return count;
}

static void small_filters_each_stripe_as_it_needs(void **state)
{
	(void)state;
	uint32_t seed = 28;
	struct shot_error err;
	struct shot_view view = make_view(800, MIXED_ROWS, SHOT_FORMAT_BGRX, 0, 0, &seed), upper,
			 lower;
	assert_true(shot_view_crop(&view, (struct shot_rect){0, 0, 800, 512}, &upper, &err));
	assert_true(shot_view_crop(&view, (struct shot_rect){0, 512, 800, 512}, &lower, &err));
	make_letters(&upper, &seed);
	make_smooth(&lower, &seed);
	struct shot_blob blob = encode(&view, SHOT_LEVEL_SMALL, NULL);
	size_t row = 3 * 800 + 1;
	assert_int_equal(count_unfiltered(&blob, row, 0, 512), 512);
	assert_int_equal(count_unfiltered(&blob, row, 512, MIXED_ROWS), 0);
	shot_blob_finish(&blob);
	shot_view_unref(&lower);
	shot_view_unref(&upper);
	shot_view_unref(&view);
}

/* Of 30 words, `across` differ from the one before and `down` from the one above; the filter's
 * number. */
static int filter_of(enum shot_png_search search, int across, int down)
{
	enum { PIXEL = 4, SIZE = 120 };
	uint8_t above[PIXEL + SIZE] = {0}, row[PIXEL + SIZE] = {0}, out[1 + SIZE], spare[1 + SIZE];
	for (int i = 0; i < 30; i++) {
		row[PIXEL + 4 * i] = (uint8_t)(i < across ? i + 1 : across);
		above[PIXEL + 4 * i] = (uint8_t)(row[PIXEL + 4 * i] + (i < down ? 100 : 0));
	}
	shot_png_filter_row(search, above + PIXEL, row + PIXEL, SIZE, PIXEL, out, spare);
	return out[0];
}

static void what_repeats_downwards_is_filtered(void **state)
{
	(void)state;
	assert_int_equal(filter_of(SHOT_PNG_PLAIN, 15, 14), 2);
	assert_int_equal(filter_of(SHOT_PNG_PLAIN, 15, 15), 0);
	assert_int_equal(filter_of(SHOT_PNG_PLAIN, 2, 20), 0);
	assert_int_equal(filter_of(SHOT_PNG_NONE, 15, 0), 0);
	assert_int_equal(filter_of(SHOT_PNG_ABOVE, 2, 20), 2);
}

/* The fourth byte of a pixel means nothing, and may be anything. */
static void only_colors_make_the_file(void **state)
{
	(void)state;
	static const enum shot_level levels[] = {SHOT_LEVEL_FAST, SHOT_LEVEL_SMALL};
	for (int i = 0; i < 2; i++) {
		uint32_t seed = 27;
		struct shot_view view = make_view(700, 900, SHOT_FORMAT_BGRX, 0, 0, &seed);
		make_text(&view);
		memset(shot_view_row(&view, 300), 200, view.stride * 300);
		struct shot_blob first = encode(&view, levels[i], NULL);
		for (int32_t y = 0; y < view.height; y++) {
			for (size_t x = 3; x < (size_t)view.width * 4; x += 4) {
				shot_view_row(&view, y)[x] = (uint8_t)next_random(&seed);
			}
		}
		struct shot_blob second = encode(&view, levels[i], NULL);
		assert_int_equal(first.size, second.size);
		assert_memory_equal(first.data, second.data, first.size);
		shot_blob_finish(&first);
		shot_blob_finish(&second);
		shot_view_unref(&view);
	}
}

/* What is read through libpng's own interface for it. */
struct read {
	const struct shot_blob *blob;
	size_t at;
};

static void give(png_structp png, png_bytep out, size_t size)
{
	struct read *read = png_get_io_ptr(png);
	assert_true(size <= read->blob->size - read->at);
	memcpy(out, read->blob->data + read->at, size);
	read->at += size;
}

static void refuse_warning(png_structp png, png_const_charp text)
{
	(void)png;
	fail_msg("libpng warns: %s", text);
}

static const char *find_text(png_textp texts, int count, const char *key)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(texts[i].key, key) == 0) {
			return texts[i].text;
		}
	}
	return NULL;
}

static void open_png(const struct shot_blob *blob, png_structp *png, png_infop *info)
{
	struct read *read = malloc(sizeof *read);
	*read = (struct read){.blob = blob};
	*png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, refuse_warning);
	*info = png_create_info_struct(*png);
	png_set_read_fn(*png, read, give);
	png_read_png(*png, *info, PNG_TRANSFORM_IDENTITY, NULL);
	assert_int_equal(read->at, blob->size);
	free(read);
}

static void says_where_it_comes_from(void **state)
{
	(void)state;
	uint32_t seed = 26;
	struct shot_view view = make_view(4, 4, SHOT_FORMAT_BGRX, 0, 0, &seed);
	const struct shot_origin origin = {
		.wall_ns = INT64_C(1714566896789123456), /* 2024-05-01 12:34:56 UTC */
		.rect = {-10, 20, 640, 480},
		.source = "HDMI-1",
		.dots_per_mm_x = 3.7795,
		.dots_per_mm_y = 4,
	};
	struct shot_blob blob = encode(&view, SHOT_LEVEL_FAST, &origin);
	png_structp png;
	png_infop info;
	open_png(&blob, &png, &info);
	png_uint_32 x, y;
	int unit;
	assert_true(png_get_pHYs(png, info, &x, &y, &unit));
	assert_int_equal(x, 3780);
	assert_int_equal(y, 4000);
	assert_int_equal(unit, PNG_RESOLUTION_METER);
	png_timep time;
	assert_true(png_get_tIME(png, info, &time));
	assert_int_equal(time->year, 2024);
	assert_int_equal(time->month, 5);
	assert_int_equal(time->day, 1);
	assert_int_equal(time->hour, 12);
	assert_int_equal(time->minute, 34);
	assert_int_equal(time->second, 56);
	png_textp texts;
	int count = png_get_text(png, info, &texts, NULL);
	assert_int_equal(count, 4);
	assert_string_equal(find_text(texts, count, "Creation Time"), "2024-05-01T12:34:56.789Z");
	assert_string_equal(find_text(texts, count, "Source"), "HDMI-1");
	assert_string_equal(find_text(texts, count, "Geometry"), "640x480+-10+20");
	assert_string_equal(find_text(texts, count, "Software"), "luashot " LUASHOT_VERSION);
	png_destroy_read_struct(&png, &info, NULL);
	shot_blob_finish(&blob);
	shot_view_unref(&view);
}

/* A name that comes from an X server can be anything; `kind` is what libpng calls its chunk. */
static void check_source(const char *source, const char *expected, int kind)
{
	uint32_t seed = 27;
	struct shot_view view = make_view(1, 1, SHOT_FORMAT_RGB, 0, 0, &seed);
	const struct shot_origin origin = {.source = source};
	struct shot_blob blob = encode(&view, SHOT_LEVEL_FAST, &origin);
	png_structp png;
	png_infop info;
	open_png(&blob, &png, &info);
	png_textp texts;
	int count = png_get_text(png, info, &texts, NULL);
	assert_int_equal(count, expected ? 2 : 1);
	if (expected) {
		assert_string_equal(find_text(texts, count, "Source"), expected);
		assert_int_equal(texts[0].compression, kind);
	}
	assert_false(png_get_valid(png, info, PNG_INFO_pHYs | PNG_INFO_tIME));
	png_destroy_read_struct(&png, &info, NULL);
	shot_blob_finish(&blob);
	shot_view_unref(&view);
}

static void keeps_any_source_name(void **state)
{
	(void)state;
	check_source(NULL, NULL, 0);
	check_source("", NULL, 0);
	check_source("root", "root", PNG_TEXT_COMPRESSION_NONE);
	check_source("Bücher — 本 😀", "Bücher — 本 😀", PNG_ITXT_COMPRESSION_NONE);
	static const char *const not_utf8[] = {"B\374cher", "\xc3", "a\xe2\x82", "\xc0\xaf",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80",
		"\xff"};
	for (size_t i = 0; i < sizeof not_utf8 / sizeof *not_utf8; i++) {
		check_source(not_utf8[i], not_utf8[i], PNG_TEXT_COMPRESSION_NONE);
	}
	/* Cut between characters, of which 333 fit. */
	char text[3 * 400 + 1], cut[3 * 333 + 1];
	for (int i = 0; i < 400; i++) {
		memcpy(text + 3 * i, "本", 4);
	}
	memcpy(cut, text, 3 * 333);
	cut[3 * 333] = '\0';
	check_source(text, cut, PNG_ITXT_COMPRESSION_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_pictures_read_back),
		cmocka_unit_test(small_filters_each_stripe_as_it_needs),
		cmocka_unit_test(large_pictures_read_back),
		cmocka_unit_test(extreme_shapes_read_back),
		cmocka_unit_test(a_crop_is_encoded_alone),
		cmocka_unit_test(few_bytes_for_what_is_simple),
		cmocka_unit_test(what_repeats_downwards_is_filtered),
		cmocka_unit_test(only_colors_make_the_file),
		cmocka_unit_test(says_where_it_comes_from),
		cmocka_unit_test(keeps_any_source_name),
	};
	const struct CMUnitTest threaded[] = {cmocka_unit_test(large_pictures_read_back)};
	const char *sanitized = getenv("LUASHOT_SANITIZED");
	if (sanitized && strcmp(sanitized, "thread") == 0) { /* one thread does the rest */
		return cmocka_run_group_tests(threaded, NULL, NULL);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
