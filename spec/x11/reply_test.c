/* Replies that state more than they hold. Each is in memory of just its size, so that reading
 * beyond it is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "x11/reply.h"

/* A reply of which this number of bytes came, a multiple of 4 from 32 on; the rest holds 1, 2, 3, …
 */
static void *came(size_t size, const void *fixed, size_t fixed_size)
{
	uint8_t *bytes = malloc(size);
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)(i < 32 ? 0 : i - 31);
	}
	memcpy(bytes, fixed, fixed_size < size ? fixed_size : size);
	uint32_t length = (uint32_t)(size - 32) / 4;
	memcpy(bytes + 4, &length, sizeof length);
	return bytes;
}

#define CAME(size, ...) came(size, &(__VA_ARGS__), sizeof(__VA_ARGS__))

static void check_bytes(struct shot_bytes bytes, void *reply, size_t offset, size_t size)
{
	assert_int_equal(bytes.size, size);
	if (size > 0) {
		assert_ptr_equal(bytes.data, (char *)reply + offset);
	}
	free(reply);
}

static void hands_out_the_bytes_that_came(void **state)
{
	(void)state;
	void *reply = CAME(40, (xcb_get_atom_name_reply_t){.name_len = 5});
	check_bytes(shot_reply_atom_name(reply), reply, 32, 5);
	reply = CAME(40, (xcb_get_atom_name_reply_t){.name_len = 0xffff});
	check_bytes(shot_reply_atom_name(reply), reply, 32, 8);
	reply = CAME(32, (xcb_get_image_reply_t){.depth = 24});
	check_bytes(shot_reply_image(reply), reply, 32, 0);
	reply = CAME(44, (xcb_get_image_reply_t){.depth = 24});
	check_bytes(shot_reply_image(reply), reply, 32, 12);
}

static void hands_out_the_part_of_a_property_that_came(void **state)
{
	(void)state;
	const struct {
		uint8_t format;
		uint32_t elements;
		size_t size;
	} cases[] = {{8, 3, 3}, {8, 9, 8}, {16, 2, 4}, {16, 0x80000000, 8}, {32, 2, 8},
		{32, 0x40000001, 8}, {32, 0xffffffff, 8}, {64, 1, 0}, {0, 1, 0}, {255, 1, 0}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *reply = CAME(40, (xcb_get_property_reply_t){.format = cases[i].format,
					       .value_len = cases[i].elements});
		check_bytes(shot_reply_property(reply), reply, 32, cases[i].size);
		reply = CAME(40, (xcb_randr_get_output_property_reply_t){.format = cases[i].format,
					 .num_items = cases[i].elements});
		check_bytes(shot_reply_output_property(reply), reply, 32, cases[i].size);
	}
}

static void finds_the_name_behind_lists_that_may_not_be_there(void **state)
{
	(void)state;
	const xcb_randr_get_output_info_reply_t honest = {
		.num_crtcs = 1, .num_modes = 1, .name_len = 3};
	void *reply = CAME(36 + 8 + 4, honest);
	check_bytes(shot_reply_output_name(reply), reply, 44, 3);
	reply = CAME(36 + 4, honest);
	check_bytes(shot_reply_output_name(reply), reply, 0, 0);
	reply = CAME(36 + 8, (xcb_randr_get_output_info_reply_t){.num_crtcs = 0xffff,
				     .num_modes = 0xffff,
				     .num_clones = 0xffff,
				     .name_len = 0xffff});
	check_bytes(shot_reply_output_name(reply), reply, 0, 0);
}

static void check_list(const void *list, size_t count, void *reply, size_t expected)
{
	assert_int_equal(count, expected);
	assert_ptr_equal(list, expected ? (char *)reply + 32 : NULL);
	free(reply);
}

static void lists_what_came(void **state)
{
	(void)state;
	size_t count;
	for (unsigned stated = 0; stated < 5; stated++) {
		size_t expected = stated < 3 ? stated : 3;
		void *reply = CAME(44, (xcb_query_tree_reply_t){.children_len = (uint16_t)stated});
		const void *list = shot_reply_children(reply, &count);
		check_list(list, count, reply, expected);
		reply = CAME(44, (xcb_randr_get_screen_resources_current_reply_t){
					 .num_crtcs = (uint16_t)stated});
		list = shot_reply_crtcs(reply, &count);
		check_list(list, count, reply, expected);
		reply = CAME(60, (xcb_xinerama_query_screens_reply_t){.number = stated});
		list = shot_reply_heads(reply, &count);
		check_list(list, count, reply, expected);
	}
	void *reply = CAME(60, (xcb_xinerama_query_screens_reply_t){.number = 0xffffffff});
	const void *list = shot_reply_heads(reply, &count);
	check_list(list, count, reply, 3);
	reply = CAME(52, (xcb_xfixes_fetch_region_reply_t){.response_type = 1});
	list = shot_reply_region(reply, &count);
	check_list(list, count, reply, 2);
}

static void walks_the_monitors_that_came(void **state)
{
	(void)state;
	/* Two monitors with one output each, of which the second one's is missing. */
	struct {
		xcb_randr_get_monitors_reply_t head;
		xcb_randr_monitor_info_t first;
		xcb_randr_output_t output;
		xcb_randr_monitor_info_t second;
	} whole = {.head = {.nMonitors = 0xffffffff},
		.first = {.nOutput = 1, .width = 10},
		.output = 7,
		.second = {.nOutput = 1, .width = 20}};
	void *reply = came(sizeof whole, &whole, sizeof whole);
	size_t at = 0;
	xcb_randr_output_t output;
	assert_int_equal(shot_reply_monitor(reply, &at, &output)->width, 10);
	assert_int_equal(output, 7);
	assert_int_equal(shot_reply_monitor(reply, &at, &output)->width, 20);
	assert_int_equal(output, 0);
	assert_null(shot_reply_monitor(reply, &at, &output));
	free(reply);
	whole.first.nOutput = 0xffff; /* swallows the rest */
	reply = came(sizeof whole, &whole, sizeof whole);
	at = 0;
	assert_non_null(shot_reply_monitor(reply, &at, &output));
	assert_null(shot_reply_monitor(reply, &at, &output));
	free(reply);
}

static void gives_a_cursor_only_whole(void **state)
{
	(void)state;
	void *reply = CAME(32 + 24, (xcb_xfixes_get_cursor_image_reply_t){.width = 2, .height = 3});
	assert_ptr_equal(shot_reply_cursor(reply), (char *)reply + 32);
	free(reply);
	reply = CAME(32 + 20, (xcb_xfixes_get_cursor_image_reply_t){.width = 2, .height = 3});
	assert_null(shot_reply_cursor(reply));
	free(reply);
	reply = CAME(
		32 + 20, (xcb_xfixes_get_cursor_image_reply_t){.width = 0xffff, .height = 0xffff});
	assert_null(shot_reply_cursor(reply));
	free(reply);
}

static void refuses_fixed_parts_that_are_cut_short(void **state)
{
	(void)state;
	void *reply = CAME(44, (xcb_get_window_attributes_reply_t){.map_state = 2});
	assert_ptr_equal(shot_reply_attributes(reply), reply);
	free(reply);
	reply = CAME(40, (xcb_get_window_attributes_reply_t){.map_state = 2});
	assert_null(shot_reply_attributes(reply));
	free(reply);
	reply = CAME(36, (xcb_randr_get_output_info_reply_t){.num_crtcs = 1});
	assert_ptr_equal(shot_reply_output_info(reply), reply);
	free(reply);
	reply = CAME(32, (xcb_randr_get_output_info_reply_t){.num_crtcs = 1});
	assert_null(shot_reply_output_info(reply));
	free(reply);
	reply = CAME(36, (xcb_randr_get_crtc_info_reply_t){.num_outputs = 2});
	assert_int_equal(shot_reply_crtc_output(reply), 0x04030201);
	free(reply);
	reply = CAME(32, (xcb_randr_get_crtc_info_reply_t){.num_outputs = 2});
	assert_int_equal(shot_reply_crtc_output(reply), 0);
	free(reply);
}

static void takes_no_reply_for_an_empty_one(void **state)
{
	(void)state;
	size_t count = 1, at = 0;
	xcb_randr_output_t output;
	assert_int_equal(shot_reply_atom_name(NULL).size, 0);
	assert_int_equal(shot_reply_image(NULL).size, 0);
	assert_int_equal(shot_reply_output_name(NULL).size, 0);
	assert_int_equal(shot_reply_property(NULL).size, 0);
	assert_int_equal(shot_reply_output_property(NULL).size, 0);
	assert_null(shot_reply_children(NULL, &count));
	assert_int_equal(count, 0);
	assert_null(shot_reply_region(NULL, &count));
	assert_null(shot_reply_heads(NULL, &count));
	assert_null(shot_reply_crtcs(NULL, &count));
	assert_int_equal(shot_reply_crtc_output(NULL), 0);
	assert_null(shot_reply_monitor(NULL, &at, &output));
	assert_null(shot_reply_attributes(NULL));
	assert_null(shot_reply_output_info(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_out_the_bytes_that_came),
		cmocka_unit_test(hands_out_the_part_of_a_property_that_came),
		cmocka_unit_test(finds_the_name_behind_lists_that_may_not_be_there),
		cmocka_unit_test(lists_what_came),
		cmocka_unit_test(walks_the_monitors_that_came),
		cmocka_unit_test(gives_a_cursor_only_whole),
		cmocka_unit_test(refuses_fixed_parts_that_are_cut_short),
		cmocka_unit_test(takes_no_reply_for_an_empty_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
