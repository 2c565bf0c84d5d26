/* Color maps that change nothing, and others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "x11/colors.h"

struct answer {
	xcb_query_colors_reply_t head;
	xcb_rgb_t colors[256];
};

/* A map that shows each level as it is, as servers with 8 and with 16 bits a channel tell it. */
static struct answer plain(unsigned low)
{
	struct answer answer = {.head = {.length = sizeof answer.colors / 4, .colors_len = 256}};
	for (unsigned i = 0; i < 256; i++) {
		uint16_t shown = (uint16_t)(i << 8 | (low ? i : 0));
		answer.colors[i] = (xcb_rgb_t){.red = shown, .green = shown, .blue = shown};
	}
	return answer;
}

static void takes_maps_that_change_nothing(void **state)
{
	(void)state;
	struct shot_error err;
	for (unsigned low = 0; low < 2; low++) {
		struct answer answer = plain(low);
		assert_true(shot_colors_check(&answer.head, "it", &err));
	}
}

static void refuses_maps_that_change_a_level(void **state)
{
	(void)state;
	struct shot_error err;
	struct answer answer = plain(1);
	answer.colors[255].blue = 254 * 257;
	assert_false(shot_colors_check(&answer.head, "it", &err));
	assert_string_equal(err.code, "EVISUAL");
	assert_string_equal(err.message,
		"cannot read the pixels of it: it is DirectColor, and its color map shows level 255 "
		"as 255, 255, 254");
}

static void refuses_maps_that_are_not_told(void **state)
{
	(void)state;
	struct shot_error err;
	struct answer answer = plain(1);
	assert_false(shot_colors_check(NULL, "it", &err));
	assert_string_equal(err.code, "EVISUAL");
	answer.head.length -= 2;
	assert_false(shot_colors_check(&answer.head, "it", &err));
	answer = plain(1);
	answer.head.colors_len = 3;
	assert_false(shot_colors_check(&answer.head, "it", &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_maps_that_change_nothing),
		cmocka_unit_test(refuses_maps_that_change_a_level),
		cmocka_unit_test(refuses_maps_that_are_not_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
