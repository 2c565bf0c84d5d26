#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "x11/property.h"

#define UTF8 200 /* an atom */

static struct shot_property text_of(xcb_atom_t type, const char *bytes, size_t size)
{
	return (struct shot_property){.type = type, .format = 8, .data = bytes, .size = size};
}

static void expect(xcb_atom_t type, const char *bytes, size_t size, const char *wanted)
{
	char out[16];
	memset(out, '#', sizeof out);
	struct shot_property property = text_of(type, bytes, size);
	assert_int_equal(shot_property_text(&property, UTF8, out, sizeof out), wanted[0] != '\0');
	assert_string_equal(out, wanted);
}

#define EXPECT(type, bytes, wanted) expect(type, bytes, sizeof bytes - 1, wanted)

static void reads_text(void **state)
{
	(void)state;
	EXPECT(UTF8, "plain", "plain");
	EXPECT(UTF8, "Gr\xc3\xbc\xc3\x9f", "Gr\xc3\xbc\xc3\x9f");
	EXPECT(XCB_ATOM_STRING, "Gr\xfc\xdf", "Gr\xc3\xbc\xc3\x9f");
	EXPECT(XCB_ATOM_STRING, "Gr\xc3\xbc", "Gr\xc3\xbc");
	EXPECT(XCB_ATOM_STRING, "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80");
	EXPECT(UTF8, "a\0b", "a");
	EXPECT(UTF8,
		"a\xe2\x80\xae"
		"b\xe2\x81\xa6"
		"c\xe2\x80\x8f\xd8\x9c"
		"d",
		"abcd");
	EXPECT(UTF8,
		"a\xe2\x80\xa8"
		"b\xe2\x80\xa9",
		"a b ");
	EXPECT(UTF8, "\xe2\x80\xad\xe2\x81\xa9", "");
	EXPECT(UTF8, "\xe2\x80\x93\xe2\x81\xb0", "\xe2\x80\x93\xe2\x81\xb0");
	EXPECT(UTF8, "\0", "");
	expect(UTF8, NULL, 0, "");
}

static void reads_compound_text(void **state)
{
	(void)state;
	EXPECT(XCB_ATOM_STRING, "\xdc \x1b%G\xe2\x80\x93\x1b%@ \xdc",
		"\xc3\x9c \xe2\x80\x93 \xc3\x9c");
	EXPECT(XCB_ATOM_STRING, "a \x1b%G\xe2\x80\x93\x1b%@ b", "a \xe2\x80\x93 b");
	EXPECT(XCB_ATOM_STRING, "\x1b%G\xff\xdc", "\xc3\xbf\xc3\x9c");
	EXPECT(XCB_ATOM_STRING, "\x1b%G", "");
	EXPECT(XCB_ATOM_STRING, "a\x1b%", "a %");
	EXPECT(UTF8, "a\x1b%Gb", "a %Gb");
}

static void replaces_what_is_no_text(void **state)
{
	(void)state;
	EXPECT(UTF8, "a\tb\n\x7f\xc2\x9b", "a b   ");
	EXPECT(XCB_ATOM_STRING, "\x9b\xff", " \xc3\xbf");
	EXPECT(UTF8, "\xff", "\xef\xbf\xbd");
	EXPECT(UTF8, "\xc3", "\xef\xbf\xbd");
	EXPECT(UTF8, "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd");		      /* overlong */
	EXPECT(UTF8, "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* surrogate */
	EXPECT(UTF8, "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	EXPECT(UTF8, "\xf8\x88\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void cuts_between_characters(void **state)
{
	(void)state;
	EXPECT(UTF8, "123456789012345", "123456789012345");
	EXPECT(UTF8, "1234567890123456", "123456789012345");
	EXPECT(UTF8, "12345678901234\xc3\xbc", "12345678901234");
	EXPECT(XCB_ATOM_STRING, "12345678901234\xfc", "12345678901234");
	EXPECT(UTF8, "1234567890123\xff", "1234567890123");
	/* Cut by the server, beyond what is kept: still UTF-8. */
	EXPECT(XCB_ATOM_STRING, "Gr\xc3\xbc-0123456789ab\xc3", "Gr\xc3\xbc-0123456789");
}

static void wants_bytes(void **state)
{
	(void)state;
	char out[8] = "#";
	struct shot_property property = text_of(UTF8, "abcd", 4);
	property.format = 32;
	assert_false(shot_property_text(&property, UTF8, out, sizeof out));
	assert_string_equal(out, "");
	property = (struct shot_property){0};
	assert_false(shot_property_text(&property, UTF8, out, sizeof out));
	property = shot_property_of(NULL);
	assert_int_equal(property.type, 0);
}

static void expect_class(const char *bytes, size_t size, const char *instance, const char *name)
{
	char first[8], second[8];
	struct shot_property property = text_of(XCB_ATOM_STRING, bytes, size);
	shot_property_class(&property, first, second, sizeof first);
	assert_string_equal(first, instance);
	assert_string_equal(second, name);
}

static void reads_the_class(void **state)
{
	(void)state;
	expect_class("a\0B\0", 4, "a", "B");
	expect_class("a\0B", 3, "a", "B");
	expect_class("a\0", 2, "a", "");
	expect_class("a", 1, "a", "");
	expect_class("\0B", 2, "", "B");
	expect_class("\0", 1, "", "");
	expect_class(NULL, 0, "", "");
	expect_class("123456789\0abcdefghi\0", 20, "1234567", "abcdefg");
}

static void reads_numbers_and_windows(void **state)
{
	(void)state;
	const uint32_t numbers[] = {7, 0, 8, 7, 9};
	struct shot_property property = {
		.type = XCB_ATOM_WINDOW, .format = 32, .data = numbers, .size = sizeof numbers};
	xcb_window_t out[8];
	assert_int_equal(shot_property_number(&property, XCB_ATOM_WINDOW), 7);
	assert_int_equal(shot_property_number(&property, XCB_ATOM_CARDINAL), 0);
	assert_int_equal(shot_property_windows(&property, out, 8), 3);
	assert_int_equal(out[0], 7);
	assert_int_equal(out[1], 8);
	assert_int_equal(out[2], 9);
	assert_int_equal(shot_property_windows(&property, out, 2), 2);
	uint32_t four[4] = {0};
	assert_false(shot_property_numbers(&property, XCB_ATOM_CARDINAL, four, 4));
	assert_false(shot_property_numbers(&property, XCB_ATOM_WINDOW, four, 6));
	assert_true(shot_property_numbers(&property, XCB_ATOM_WINDOW, four, 4));
	assert_int_equal(four[0], 7);
	assert_int_equal(four[3], 7);
	property.size = 7;
	assert_int_equal(shot_property_windows(&property, out, 8), 1);
	property.size = 3;
	assert_int_equal(shot_property_windows(&property, out, 8), 0);
	assert_int_equal(shot_property_number(&property, XCB_ATOM_WINDOW), 0);
	property.size = sizeof numbers;
	property.format = 8;
	assert_int_equal(shot_property_windows(&property, out, 8), 0);
	property = (struct shot_property){0};
	assert_int_equal(shot_property_windows(&property, out, 8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_text),
		cmocka_unit_test(reads_compound_text),
		cmocka_unit_test(replaces_what_is_no_text),
		cmocka_unit_test(cuts_between_characters),
		cmocka_unit_test(wants_bytes),
		cmocka_unit_test(reads_the_class),
		cmocka_unit_test(reads_numbers_and_windows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
