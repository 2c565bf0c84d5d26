#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "codec/decode.h"
#include "support/picture.h"

static void blobs_grow_and_keep_their_bytes(void **state)
{
	(void)state;
	struct shot_blob blob = {0};
	struct shot_error err;
	for (int i = 0; i < 10000; i++) {
		assert_true(shot_blob_reserve(&blob, 1, &err));
		blob.data[blob.size++] = (uint8_t)i;
	}
	for (int i = 0; i < 10000; i++) {
		assert_int_equal(blob.data[i], (uint8_t)i);
	}
	uint8_t *data = blob.data;
	assert_false(shot_blob_reserve(&blob, SIZE_MAX - 5, &err));
	assert_string_equal(err.code, "ENOMEM");
	assert_false(shot_blob_reserve(&blob, SIZE_MAX / 2, &err));
	assert_ptr_equal(blob.data, data);
	assert_int_equal(blob.size, 10000);
	shot_blob_finish(&blob);
	assert_null(blob.data);
	shot_blob_finish(&blob);
}

static void finds_codecs(void **state)
{
	(void)state;
	const struct shot_codec *png = shot_codec_by_name("png"), *ppm = shot_codec_by_name("ppm");
	assert_non_null(png);
	assert_non_null(ppm);
	assert_ptr_equal(shot_codec_by_name("PNG"), png);
	assert_null(shot_codec_by_name("pn"));
	assert_ptr_equal(shot_codec_by_name("jpg"), shot_codec_by_name("jpeg"));
	assert_null(shot_codec_by_name(""));
	assert_ptr_equal(shot_codec_by_path("/a.b/c.PnG"), png);
	assert_ptr_equal(shot_codec_by_path("x.tar.ppm"), ppm);
	assert_null(shot_codec_by_path("/a.png/c"));
	assert_null(shot_codec_by_path("png"));
	assert_null(shot_codec_by_path("x."));
	assert_null(shot_codec_by_path("x.png "));
	size_t count = 0;
	for (const struct shot_codec *const *at = shot_codecs(); *at; at++, count++) {
		assert_ptr_equal(shot_codec_by_name((*at)->name), *at);
		assert_non_null((*at)->extensions[0]);
	}
	assert_true(count >= 2);
}

static void ppm_is_a_header_and_the_pixels(void **state)
{
	(void)state;
	uint32_t seed = 9;
	struct shot_error err;
	const struct shot_encode_options options = {0};
	for (int format = 0; format < SHOT_FORMAT_COUNT; format++) {
		struct shot_view view = make_view(13, 7, (enum shot_format)format, 1, 2, &seed);
		struct shot_blob blob = {0};
		assert_true(shot_codec_by_name("ppm")->encode(&view, &options, &blob, &err));
		static const char header[] = "P6\n13 7\n255\n";
		assert_int_equal(blob.size, strlen(header) + 13 * 7 * 3);
		assert_memory_equal(blob.data, header, strlen(header));
		const uint8_t *at = blob.data + strlen(header);
		for (int32_t y = 0; y < 7; y++) {
			for (int32_t x = 0; x < 13; x++, at += 3) {
				uint8_t rgb[3];
				shot_view_pixel(&view, x, y, rgb);
				assert_memory_equal(at, rgb, 3);
			}
		}
		shot_blob_finish(&blob);
		shot_view_unref(&view);
	}
}

static void pam_keeps_gray(void **state)
{
	(void)state;
	uint32_t seed = 10;
	struct shot_error err;
	const struct shot_encode_options options = {0};
	const struct shot_codec *pam = shot_codec_by_name("pam");
	struct shot_view view = make_view(5, 3, SHOT_FORMAT_GRAY, 1, 2, &seed), read;
	struct shot_blob blob = {0};
	assert_true(pam->encode(&view, &options, &blob, &err));
	static const char header[] =
		"P7\nWIDTH 5\nHEIGHT 3\nDEPTH 1\nMAXVAL 255\nTUPLTYPE GRAYSCALE\nENDHDR\n";
	assert_int_equal(blob.size, strlen(header) + 15);
	assert_memory_equal(blob.data, header, strlen(header));
	assert_true(pam->matches(blob.data, blob.size));
	assert_true(pam->decode(blob.data, blob.size, 15, &read, &err));
	for (int32_t i = 0; i < 15; i++) {
		uint8_t rgb[3], wanted = shot_view_row(&view, i / 5)[i % 5];
		assert_int_equal(blob.data[strlen(header) + (size_t)i], wanted);
		shot_view_pixel(&read, i % 5, i / 5, rgb);
		assert_int_equal(rgb[0], wanted);
		assert_int_equal(rgb[2], wanted);
	}
	shot_view_unref(&read);
	for (size_t size = 0; size < blob.size; size++) {
		assert_false(pam->decode(blob.data, size, 15, &read, &err));
		assert_string_equal(err.code, "EFORMAT");
	}
	assert_false(pam->decode(blob.data, blob.size, 14, &read, &err));
	assert_string_equal(err.code, "EFBIG");
	shot_blob_finish(&blob);
	shot_view_unref(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blobs_grow_and_keep_their_bytes),
		cmocka_unit_test(finds_codecs),
		cmocka_unit_test(ppm_is_a_header_and_the_pixels),
		cmocka_unit_test(pam_keeps_gray),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
