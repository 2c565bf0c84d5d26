#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/duration.h"

static double read(const char *text, bool is_bare)
{
	double seconds;
	return shot_duration_read(text, strlen(text), is_bare, &seconds) ? seconds : -1;
}

static void a_number_and_a_unit_are_seconds(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double seconds;
	} cases[] = {{"250ms", 0.25}, {"5s", 5}, {"10m", 600}, {"1h", 3600}, {"0s", 0}, {"0h", 0},
		{"1.5m", 90}, {".5s", 0.5}, {"2.s", 2}, {"0.1s", 0.1}, {"0.3s", 0.3},
		{"1700000000.123s", 1700000000.123}, {"0.000000000000000000012s", 12e-21},
		{"5 s", 5}, {" 5s", 5}, {"5s\n", 5}, {"\t5\v\f\rs ", 5},
		{"000000000000000000000000000000000000005s", 5},
		{"0.33333333333333333333333333333333333333333s", 0.33333333333333333}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double got = read(cases[i].text, false);
		if (fabs(got - cases[i].seconds) > 1e-15 * cases[i].seconds) {
			fail_msg("%s: %.17g", cases[i].text, got);
		}
	}
}

static void nothing_else_is(void **state)
{
	(void)state;
	static const char *const wrong[] = {"", " ", "s", "ms", ".", ".s", "5", "5 ", "-5s", "+5s",
		"5sec", "5S", "5 parsecs", "5s5", "5ss", "5m s", "1e3s", "1e2ms", "0x5s", "0x10s",
		"1..2s", "1.2.3s", "1,5s", "nans", "infs", "inf", "1 000s",
		("\xc2\xa0"
		 "5s")};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		if (read(wrong[i], false) >= 0) {
			fail_msg("'%s' is taken for %g s", wrong[i], read(wrong[i], false));
		}
	}
	double seconds;
	assert_false(shot_duration_read("5s\0", 3, false, &seconds));
	assert_false(shot_duration_read("5s", 1, false, &seconds));
}

static void a_bare_number_is_seconds_where_it_may_be(void **state)
{
	(void)state;
	assert_true(read("5", true) == 5);
	assert_true(read(" 1.5 ", true) == 1.5);
	assert_true(read("250ms", true) == 0.25);
	assert_true(read("", true) < 0);
	assert_true(read("1e3", true) < 0);
	assert_true(read("0x10", true) < 0);
}

static void the_locale_does_not_matter(void **state)
{
	(void)state;
	static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8", "C"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (setlocale(LC_ALL, names[i])) {
			assert_true(read("1.5s", false) == 1.5);
			assert_true(read("1,5s", false) < 0);
		}
	}
	setlocale(LC_ALL, "C");
}

/* A text of a megabyte takes as long as its bytes, and is no reason to overflow anything. */
static void long_texts_are_read_in_linear_time(void **state)
{
	(void)state;
	enum { SIZE = 1 << 24 };
	char *text = malloc(SIZE);
	assert_non_null(text);
	static const char fills[] = {'9', '0', ' ', '.', 's'};
	clock_t began = clock(); /* of this process: others do not count */
	for (size_t i = 0; i < sizeof fills; i++) {
		memset(text, fills[i], SIZE);
		double seconds;
		bool is_one = shot_duration_read(text, SIZE, true, &seconds);
		assert_int_equal(is_one, fills[i] == '9' || fills[i] == '0');
		assert_true(!is_one || seconds == (fills[i] == '9' ? HUGE_VAL : 0));
		text[1] = '.';
		text[0] = '1';
		is_one = shot_duration_read(text, SIZE, true, &seconds);
		assert_true(!is_one || (seconds >= 1 && seconds <= 2));
	}
	assert_true(clock() - began < 20 * CLOCKS_PER_SEC);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_and_a_unit_are_seconds),
		cmocka_unit_test(nothing_else_is),
		cmocka_unit_test(a_bare_number_is_seconds_where_it_may_be),
		cmocka_unit_test(the_locale_does_not_matter),
		cmocka_unit_test(long_texts_are_read_in_linear_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
