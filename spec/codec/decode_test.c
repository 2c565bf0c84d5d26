/* link: --wrap=shot_codecs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "codec/decode.h"

static const char PICTURE[] = "P6 1 1 255\n\1\2\3";

static const struct shot_codec written_only = {.name = "written"};

/* The codecs of this build, after one that only writes. */
const struct shot_codec *const *__real_shot_codecs(void);
const struct shot_codec *const *__wrap_shot_codecs(void);
const struct shot_codec *const *__wrap_shot_codecs(void)
{
	static const struct shot_codec *codecs[32] = {&written_only};
	const struct shot_codec *const *real = __real_shot_codecs();
	for (int i = 0; real[i]; i++) {
		codecs[i + 1] = real[i];
	}
	return codecs;
}

static bool decode(const char *bytes, struct shot_picture *picture, struct shot_error *err)
{
	return shot_picture_decode((const uint8_t *)bytes, strlen(bytes), 100, picture, err);
}

static void a_format_that_is_only_written_is_no_candidate(void **state)
{
	(void)state;
	struct shot_picture picture;
	struct shot_error err;
	assert_true(shot_is_picture((const uint8_t *)PICTURE, strlen(PICTURE)));
	assert_true(decode(PICTURE, &picture, &err));
	assert_int_equal(picture.view.width, 1);
	assert_int_equal(shot_view_row(&picture.view, 0)[2], 1);
	shot_view_unref(&picture.view);
}

static void other_bytes_are_no_picture(void **state)
{
	(void)state;
	struct shot_picture picture;
	struct shot_error err;
	assert_false(shot_is_picture((const uint8_t *)"written", 7));
	assert_false(decode("written", &picture, &err));
	assert_true(shot_error_is(&err, SHOT_EFORMAT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_format_that_is_only_written_is_no_candidate),
		cmocka_unit_test(other_bytes_are_no_picture),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
