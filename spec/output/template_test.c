#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output/template.h"

static const struct shot_template_fields fields = {
	.origin = {.wall_ns = INT64_C(1714566896007123456), /* 2024-05-01 12:34:56.007 UTC */
		.rect = {-10, 20, 640, 480},
		.source = "HDMI-1"},
	.sequence = 18446744073709551615u,
};

static void assert_expands(const char *template, const char *expected)
{
	struct shot_path_buffer out;
	struct shot_error err = {0};
	if (!shot_template_expand(template, &fields, &out, &err)) {
		fail_msg("\"%s\": %s", template, err.message);
	}
	assert_string_equal(out.text, expected);
}

static void assert_refuses(const char *template, const char *code, const char *message)
{
	struct shot_path_buffer out;
	struct shot_error err = {0};
	if (shot_template_expand(template, &fields, &out, &err)) {
		fail_msg("\"%s\" was expanded to \"%s\"", template, out.text);
	}
	assert_string_equal(err.code, code);
	assert_string_equal(err.message, message);
}

static int use_zone(void **state)
{
	(void)state;
	setenv("TZ", "LUA-2", 1);
	tzset();
	return 0;
}

static void plain_names_stay(void **state)
{
	(void)state;
	assert_expands("shot.png", "shot.png");
	assert_expands("/a/b c/ü.png", "/a/b c/ü.png");
	assert_expands("100%%{{x}}.png", "100%{x}.png");
	assert_expands("%%Y", "%Y");
	assert_expands("%%%%", "%%");
}

static void codes_are_local_time(void **state)
{
	(void)state;
	assert_expands("%Y-%m-%d/%H%M%S.png", "2024-05-01/143456.png");
	assert_expands("%s", "1714566896");
	assert_expands("%-d_%_d_%j%z", "1_ 1_122+0200");
	assert_expands("%^b%^Z", "MAYLUA");
	assert_expands("%F", "2024-05-01");
}

static void fields_are_the_origin(void **state)
{
	(void)state;
	assert_expands("{name}", "HDMI-1");
	assert_expands("{x},{y} {width}x{height}", "-10,20 640x480");
	assert_expands("{sequence}.{ms}", "18446744073709551615.007");
	assert_expands("{{{name}}}", "{HDMI-1}");
	assert_expands("{width:4}.{x:4}.{height:1}", "0640.-010.480");
	assert_expands("{sequence:18}", "18446744073709551615");
}

static void every_strftime_code_is_known(void **state)
{
	(void)state;
	time_t seconds = fields.origin.wall_ns / 1000000000;
	struct tm moment;
	localtime_r(&seconds, &moment);
	for (int c = ' '; c < 127; c++) {
		char template[] = {'%', (char)c, '\0'}, expected[200];
		struct shot_path_buffer out;
		struct shot_error err;
		bool known = c == '%' || strchr("aAbBcCdDeFgGhHIjklmMpPrRsSTuUVwWxXyYzZ", c);
		bool expanded = shot_template_expand(template, &fields, &out, &err);
		assert_int_equal(expanded, known);
		if (known) {
			strftime(expected, sizeof expected, template, &moment);
			assert_string_equal(out.text, expected);
		}
	}
}

static void says_what_is_wrong(void **state)
{
	(void)state;
	static const char *const fields_known =
		"known are {name} {x} {y} {width} {height} {sequence} {ms}, and numbers with "
		"leading zeros, {sequence:4}";
	char message[256];
	snprintf(message, sizeof message, "the file name has an unknown field {nmae}; %s",
		fields_known);
	assert_refuses("a{nmae}.png", "EINVAL", message);
	snprintf(
		message, sizeof message, "the file name has an unknown field {}; %s", fields_known);
	assert_refuses("{}", "EINVAL", message);
	snprintf(message, sizeof message,
		"the file name has an unknown field {a very long one indeed}; %s", fields_known);
	assert_refuses("{a very long one indeed}", "EINVAL", message);
	static const char *const wrong[] = {"sequence:", "sequence:0", "sequence:19", "sequence:4x",
		"sequence:-4", "ms:3", "name:4"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char template[32];
		snprintf(template, sizeof template, "{%s}", wrong[i]);
		snprintf(message, sizeof message, "the file name has an unknown field {%s}; %s",
			wrong[i], fields_known);
		assert_refuses(template, "EINVAL", message);
	}
	assert_refuses("{name", "EINVAL",
		"a { in the file name is not closed; write {{ for the character");
	assert_refuses(
		"a}", "EINVAL", "a } in the file name closes nothing; write }} for the character");
	assert_refuses("%", "EINVAL",
		"the file name has an unknown time code %; write %% for the character");
	assert_refuses("%Q", "EINVAL",
		"the file name has an unknown time code %Q; write %% for the character");
	assert_refuses("%-", "EINVAL",
		"the file name has an unknown time code %-; write %% for the character");
	assert_refuses("", "EINVAL", "the file name is empty");
}

static void names_stay_one_part_of_the_path(void **state)
{
	(void)state;
	static const struct {
		const char *source, *expected;
	} rows[] = {
		{"../../etc/passwd", "d/_._.._etc_passwd.png"},
		{"..", "d/_..png"},
		{"a/b\n\x7f%Y{x}", "d/a_b__%Y{x}.png"},
		{"B\xc3\xbc", "d/B\xc3\xbc.png"},
		{"", "d/unnamed.png"},
		{NULL, "d/unnamed.png"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct shot_template_fields other = {.origin = {.source = rows[i].source}};
		struct shot_path_buffer out;
		struct shot_error err;
		assert_true(shot_template_expand("d/{name}.png", &other, &out, &err));
		assert_string_equal(out.text, rows[i].expected);
	}
}

static void the_result_must_fit(void **state)
{
	(void)state;
	char template[PATH_MAX + 1];
	memset(template, 'x', PATH_MAX);
	template[PATH_MAX] = '\0';
	assert_refuses(template, "ENAMETOOLONG", "the file name exceeds 4095 bytes");
	template[PATH_MAX - 1] = '\0';
	assert_expands(template, template);
	memcpy(template + PATH_MAX - 3, "%Y", 3);
	assert_refuses(template, "ENAMETOOLONG", "the file name exceeds 4095 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_names_stay),
		cmocka_unit_test(codes_are_local_time),
		cmocka_unit_test(fields_are_the_origin),
		cmocka_unit_test(every_strftime_code_is_known),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(names_stay_one_part_of_the_path),
		cmocka_unit_test(the_result_must_fit),
	};
	return cmocka_run_group_tests(tests, use_zone, NULL);
}
