#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"

static const char *read(const char *text)
{
	static char line[128];
	shot_text_read(text, strlen(text), false, line, sizeof line);
	return line;
}

static void what_can_be_seen_stays(void **state)
{
	(void)state;
	static const char *const texts[] = {"Grüße €", "שלום", "مرحبا", "नमस्ते", "日本語",
		"نامه\u200cای", "क्\u200dष", /* the joiners */
		"\U0001f469\u200d\U0001f4bb", "\u2764\ufe0f\u200d\U0001f525",
		"\xe2\x9d\xa4\xef\xb8\x8f", /* a heart as an emoji */
		"\xf0\x9f\x98\x80"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_string_equal(texts[i], read(texts[i]));
	}
}

static void what_cannot_be_seen_is_dropped(void **state)
{
	(void)state;
	static const char *const unseen[] = {
		"\xc2\xad",	    /* U+00AD soft hyphen */
		"\xcd\x8f",	    /* U+034F combining grapheme joiner */
		"\xd8\x9c",	    /* U+061C Arabic letter mark */
		"\xe1\x85\x9f",	    /* U+115F Hangul filler */
		"\xe1\xa0\x8e",	    /* U+180E Mongolian vowel separator */
		"\xe2\x80\x8b",	    /* U+200B zero width space */
		"\xe2\x80\x8e",	    /* U+200E left-to-right mark */
		"\xe2\x80\xae",	    /* U+202E right-to-left override */
		"\xe2\x81\xa0",	    /* U+2060 word joiner */
		"\xe2\x81\xa6",	    /* U+2066 left-to-right isolate */
		"\xe2\x81\xaa",	    /* U+206A inhibit symmetric swapping */
		"\xe2\x81\xaf",	    /* U+206F nominal digit shapes */
		"\xe3\x85\xa4",	    /* U+3164 Hangul filler */
		"\xef\xb8\x80",	    /* U+FE00 variation selector 1 */
		"\xef\xbb\xbf",	    /* U+FEFF byte order mark */
		"\xef\xbf\xb9",	    /* U+FFF9 interlinear annotation */
		"\xf0\x9d\x85\xb3", /* U+1D173 musical beam */
		"\xf3\xa0\x80\x81", /* U+E0001 language tag */
		"\xf3\xa0\x81\xa1", /* U+E0061 tag small a */
		"\xf3\xa0\x87\xaf", /* U+E01EF variation selector 256 */
	};
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
		char text[16] = "a";
		strcat(strcat(text, unseen[i]), "b");
		assert_string_equal("ab", read(text));
	}
}

/* Where they change the look of no character, joiners and selectors could carry a hidden text. */
static void joiners_hide_nothing(void **state)
{
	(void)state;
	assert_string_equal("ok", read("o\u200dk\ufe0f\u200c"));
	assert_string_equal("ok", read("\u200d\ufe0eok\u200d\u200c\u200d\ufe0f\ufe0e"));
	assert_string_equal("\u00e9\u200d", read("\u00e9\u200d\u200d\u200c\u200c\ufe0f\u200d"));
	assert_string_equal("\u2764\ufe0f\u200d", read("\u2764\ufe0f\ufe0e\u200d\ufe0f\u200c"));
	assert_string_equal("\u00e9\u200d", read("\u00e9\u200b\u200d\u2060\u200d"));
}

static void codes_that_are_no_characters_are_dropped(void **state)
{
	(void)state;
	assert_string_equal(
		"ab", read("a\xef\xb7\x90\xef\xb7\xaf\xef\xbf\xbe\xef\xbf\xbf\xf4\x8f\xbf\xbf"
			   "b"));
}

static void controls_and_ends_of_lines_are_spaces(void **state)
{
	(void)state;
	assert_string_equal("a b c d e f ", read("a\nb\x1b"
						 "c\x7f"
						 "d\xc2\x85"
						 "e\xe2\x80\xa8"
						 "f\xe2\x80\xa9"));
}

static void other_bytes_are_latin1_or_replaced(void **state)
{
	(void)state;
	char line[32];
	assert_string_equal("Gr\xc3\xbc\xc3\x9f", read("Gr\xfc\xdf"));
	assert_string_equal("Gr\xc3\xbc\xc3\x9f", read("Gr\xfc\xad\xdf")); /* U+00AD */
	assert_true(shot_text_read("a\xff\xed\xa0\x80z", 6, true, line, sizeof line));
	assert_string_equal("a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz",
		line); /* a surrogate is none */
	assert_false(shot_text_read("\xe2\x80\x8b", 3, false, line, sizeof line));
	assert_string_equal("", line);
}

static void a_text_is_cut_before_a_character(void **state)
{
	(void)state;
	char line[4];
	assert_true(shot_text_read("ab\xe2\x82\xac", 5, false, line, sizeof line));
	assert_string_equal("ab", line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_seen_stays),
		cmocka_unit_test(what_cannot_be_seen_is_dropped),
		cmocka_unit_test(joiners_hide_nothing),
		cmocka_unit_test(codes_that_are_no_characters_are_dropped),
		cmocka_unit_test(controls_and_ends_of_lines_are_spaces),
		cmocka_unit_test(other_bytes_are_latin1_or_replaced),
		cmocka_unit_test(a_text_is_cut_before_a_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
