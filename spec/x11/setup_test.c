/* What a server says of itself, whole and not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <xcb/xcb.h>

#include "x11/setup.h"

/* One screen of one depth with two visuals, and a vendor of five letters. */
struct answer {
	xcb_setup_t setup;
	char vendor[8];
	xcb_format_t format;
	xcb_screen_t screen;
	xcb_depth_t depth;
	xcb_visualtype_t types[2];
};

static struct answer usual(void)
{
	return (struct answer){
		.setup = {.status = 1,
			.length = (sizeof(struct answer) - 8) / 4,
			.resource_id_base = 0x400000,
			.resource_id_mask = 0x1fffff,
			.maximum_request_length = 4096,
			.vendor_len = 5,
			.pixmap_formats_len = 1,
			.roots_len = 1},
		.screen = {.allowed_depths_len = 1},
		.depth = {.visuals_len = 2},
	};
}

static bool is_whole(struct answer answer, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1); /* so that reading beyond is found */
	memcpy(copy, &answer, size);
	bool whole = shot_setup_is_whole(copy, size);
	free(copy);
	return whole;
}

static void accepts_an_answer_that_is_all_there(void **state)
{
	(void)state;
	assert_true(is_whole(usual(), sizeof(struct answer)));
	for (size_t size = 0; size < sizeof(struct answer); size++) {
		assert_false(is_whole(usual(), size));
	}
}

static void refuses_lists_that_are_longer_than_the_answer(void **state)
{
	(void)state;
	struct answer answer = usual();
	answer.setup.vendor_len = 0xffff;
	assert_false(is_whole(answer, sizeof answer));
	answer = usual();
	answer.setup.pixmap_formats_len = 255;
	assert_false(is_whole(answer, sizeof answer));
	answer = usual();
	answer.setup.roots_len = 2;
	assert_false(is_whole(answer, sizeof answer));
	answer = usual();
	answer.screen.allowed_depths_len = 2;
	assert_false(is_whole(answer, sizeof answer));
	answer = usual();
	answer.depth.visuals_len = 0xffff;
	assert_false(is_whole(answer, sizeof answer));
}

static void refuses_one_without_screens_or_identifiers(void **state)
{
	(void)state;
	struct answer answer = usual();
	answer.setup.roots_len = 0;
	assert_false(is_whole(answer, sizeof answer));
	answer = usual();
	answer.setup.resource_id_mask = 0;
	assert_false(is_whole(answer, sizeof answer));
	answer = usual();
	answer.setup.resource_id_base = 1;
	assert_false(is_whole(answer, sizeof answer));
}

/* Ask a server that answers with these bytes, and closes. */
static struct shot_setup ask(const void *bytes, size_t size)
{
	int pair[2];
	struct shot_setup setup;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(write(pair[1], bytes, size), (ssize_t)size);
	shutdown(pair[1], SHUT_WR);
	shot_setup_ask(&setup, pair[0], NULL);
	close(pair[0]);
	close(pair[1]);
	return setup;
}

/* libxcb would wait for itself. */
static void refuses_one_without_room_for_requests(void **state)
{
	(void)state;
	struct answer answer = usual();
	answer.setup.maximum_request_length = 0;
	assert_false(is_whole(answer, sizeof answer));
	answer.setup.maximum_request_length = 4095;
	assert_false(is_whole(answer, sizeof answer));
	answer.setup.maximum_request_length = 0xffff;
	assert_true(is_whole(answer, sizeof answer));
}

static void tells_outcomes_apart(void **state)
{
	(void)state;
	struct answer answer = usual();
	struct shot_setup setup = ask(&answer, sizeof answer);
	assert_int_equal(setup.outcome, SHOT_SETUP_ACCEPTED);
	assert_int_equal(setup.size, sizeof answer);
	assert_memory_equal(setup.bytes, &answer, sizeof answer);
	shot_setup_finish(&setup);
	for (size_t size = 0; size < sizeof answer; size++) {
		assert_int_equal(ask(&answer, size).outcome, SHOT_SETUP_CLOSED);
	}
	answer.depth.visuals_len = 3;
	assert_int_equal(ask(&answer, sizeof answer).outcome, SHOT_SETUP_ODD);
	answer.setup.status = 7;
	assert_int_equal(ask(&answer, sizeof answer).outcome, SHOT_SETUP_ODD);
}

/* A refusal whose text is said to have that many letters. */
static void check_reason(uint8_t letters, const char *text, const char *expected)
{
	uint8_t bytes[8 + 200] = {[1] = letters, [2] = 11};
	size_t words = (strlen(text) + 3) / 4;
	bytes[6] = (uint8_t)words;
	memcpy(bytes + 8, text, strlen(text));
	struct shot_setup setup = ask(bytes, 8 + 4 * words);
	assert_int_equal(setup.outcome, SHOT_SETUP_REFUSED);
	assert_string_equal(setup.reason, expected);
}

static void takes_the_reason_as_one_plain_line(void **state)
{
	(void)state;
	check_reason(7, "No room", "No room");
	check_reason(2, "No room", "No");
	check_reason(255, "No room", "No room");
	check_reason(0, "No room", "");
	check_reason(0, "", "");
	check_reason(12, " \x1b[31mNo\n\x07\n\n", "[31mNo");
	char text[181];
	memset(text, 'x', sizeof text);
	text[180] = '\0';
	struct shot_setup setup;
	uint8_t bytes[8 + 180] = {[1] = 180, [6] = 45};
	memcpy(bytes + 8, text, 180);
	setup = ask(bytes, sizeof bytes);
	assert_int_equal(strlen(setup.reason), sizeof setup.reason - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_an_answer_that_is_all_there),
		cmocka_unit_test(refuses_lists_that_are_longer_than_the_answer),
		cmocka_unit_test(refuses_one_without_screens_or_identifiers),
		cmocka_unit_test(refuses_one_without_room_for_requests),
		cmocka_unit_test(tells_outcomes_apart),
		cmocka_unit_test(takes_the_reason_as_one_plain_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
