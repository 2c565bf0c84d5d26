/* From ink to lines: bars stand for letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/image.h"
#include "words/line.h"

static struct shot_view paper(int32_t width, int32_t height)
{
	struct shot_view view;
	struct shot_error err;
	assert_true(shot_image_create(&view, width, height, SHOT_FORMAT_GRAY, &err));
	memset(view.data, 255, view.stride * (size_t)height);
	return view;
}

static void fill(const struct shot_view *view, int32_t x, int32_t y, int32_t width, int32_t height)
{
	for (int32_t i = y; i < y + height; i++) {
		memset(shot_view_row(view, i) + x, 0, (size_t)width);
	}
}

/* Letters of 5x10 pixels, 2 apart. */
static void write_letters(const struct shot_view *view, int32_t x, int32_t y, int count)
{
	for (int i = 0; i < count; i++) {
		fill(view, x + 7 * i, y, 5, 10);
	}
}

static struct shot_lines find(struct shot_view *view, struct shot_parts *parts)
{
	struct shot_lines lines;
	struct shot_error err;
	assert_true(shot_parts_find(view, parts, &err));
	assert_true(shot_lines_find(parts, &lines, &err));
	shot_view_unref(view);
	return lines;
}

static void assert_line(const struct shot_line *line, struct shot_rect box, int row, int block)
{
	assert_true(shot_rect_equal(line->box, box));
	assert_int_equal(line->row, row);
	assert_int_equal(line->block, block);
}

static void finds_parts(void **state)
{
	(void)state;
	struct shot_view view = paper(40, 20);
	fill(&view, 2, 2, 3, 4);
	fill(&view, 5, 6, 3, 4); /* touches it at a corner */
	fill(&view, 20, 1, 1, 9);
	fill(&view, 26, 1, 1, 9);
	fill(&view, 20, 10, 7, 1); /* joins the two */
	struct shot_parts parts;
	struct shot_error err;
	assert_true(shot_parts_find(&view, &parts, &err));
	assert_int_equal(parts.count, 2);
	assert_true(shot_rect_equal(parts.list[0].box, (struct shot_rect){20, 1, 7, 10}));
	assert_int_equal(parts.list[0].pixels, 25);
	assert_true(shot_rect_equal(parts.list[1].box, (struct shot_rect){2, 2, 6, 8}));
	assert_int_equal(parts.list[1].pixels, 24);
	shot_parts_free(&parts);
	shot_view_unref(&view);
}

static void finds_lines_in_reading_order(void **state)
{
	(void)state;
	struct shot_view view = paper(300, 80);
	write_letters(&view, 10, 30, 6); /* two rows in each of two columns */
	write_letters(&view, 150, 29, 4);
	write_letters(&view, 10, 10, 3);
	write_letters(&view, 40, 10, 2); /* a word behind a space */
	write_letters(&view, 150, 10, 5);
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	assert_int_equal(lines.count, 4);
	assert_line(&lines.list[0], (struct shot_rect){10, 10, 42, 10}, 1, 1);
	assert_line(&lines.list[1], (struct shot_rect){150, 10, 33, 10}, 1, 2);
	assert_line(&lines.list[2], (struct shot_rect){10, 30, 40, 10}, 2, 1);
	assert_line(&lines.list[3], (struct shot_rect){150, 29, 26, 10}, 2, 2);
	assert_int_equal(lines.list[0].end - lines.list[0].first, 5);
	for (size_t i = lines.list[3].first; i < lines.list[3].end; i++) {
		assert_int_equal(parts.list[lines.letters[i]].line, 3);
	}
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

static void keeps_dots_and_leaves_frames_out(void **state)
{
	(void)state;
	struct shot_view view = paper(300, 60);
	write_letters(&view, 30, 20, 6);
	fill(&view, 31, 16, 2, 2); /* a dot above, a comma behind, a dash between */
	fill(&view, 73, 28, 2, 4);
	fill(&view, 80, 24, 4, 1);
	fill(&view, 10, 5, 200, 1); /* a frame */
	fill(&view, 10, 50, 200, 1);
	fill(&view, 10, 5, 1, 46);
	fill(&view, 209, 5, 1, 46);
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	assert_int_equal(lines.count, 1);
	assert_line(&lines.list[0], (struct shot_rect){30, 16, 54, 16}, 1, 1);
	assert_int_equal(parts.list[0].line, SHOT_NO_LINE);
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

static void leaves_the_frame_of_a_small_button_out(void **state)
{
	(void)state;
	struct shot_view view = paper(80, 40);
	fill(&view, 10, 5, 52, 1);
	fill(&view, 10, 25, 52, 1);
	fill(&view, 10, 5, 1, 21);
	fill(&view, 61, 5, 1, 21);
	fill(&view, 11, 6, 1, 1); /* round corners */
	fill(&view, 60, 6, 1, 1);
	write_letters(&view, 18, 11, 5);
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	assert_int_equal(lines.count, 1);
	assert_line(&lines.list[0], (struct shot_rect){18, 11, 33, 10}, 1, 1);
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

static void cuts_icons_from_texts(void **state)
{
	(void)state;
	struct shot_view view = paper(300, 60);
	fill(&view, 4, 16, 18, 20); /* far higher than letters */
	write_letters(&view, 26, 22, 6);
	fill(&view, 75, 18, 16, 16); /* higher, and apart on both sides */
	write_letters(&view, 98, 22, 5);
	fill(&view, 137, 20, 5, 14); /* as high as a bracket */
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	assert_int_equal(lines.count, 4);
	assert_true(shot_rect_equal(lines.list[0].box, (struct shot_rect){4, 16, 18, 20}));
	assert_true(shot_rect_equal(lines.list[1].box, (struct shot_rect){26, 22, 40, 10}));
	assert_true(shot_rect_equal(lines.list[2].box, (struct shot_rect){75, 18, 16, 16}));
	assert_true(shot_rect_equal(lines.list[3].box, (struct shot_rect){98, 20, 44, 14}));
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(lines.list[i].row, lines.list[3].row);
	}
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

static void leaves_lines_under_links_out(void **state)
{
	(void)state;
	struct shot_view view = paper(300, 60);
	write_letters(&view, 30, 20, 9);
	fill(&view, 51, 22, 5, 12); /* a letter that reaches below, and parts the line */
	fill(&view, 30, 32, 19, 1);
	fill(&view, 58, 32, 20, 1);
	fill(&view, 30, 39, 12, 1); /* a dash of the next row, below two letters */
	write_letters(&view, 44, 35, 5);
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	for (size_t i = 0; i < parts.count; i++) {
		struct shot_rect box = parts.list[i].box;
		assert_int_equal(parts.list[i].line == SHOT_NO_LINE, box.y == 32);
	}
	assert_int_equal(lines.count, 2);
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

static void keeps_letters_that_overlap(void **state)
{
	(void)state;
	struct shot_view view = paper(300, 60);
	write_letters(&view, 30, 20, 5);
	fill(&view, 65, 16, 8, 14); /* as "d" and "g" do, one above and one below the others */
	fill(&view, 72, 20, 8, 15);
	write_letters(&view, 82, 20, 5);
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	assert_int_equal(lines.count, 1);
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

static void keeps_words_from_what_is_tall(void **state)
{
	(void)state;
	struct shot_view view = paper(300, 120);
	fill(&view, 4, 22, 50, 56); /* a picture; the word would be small enough for its comma */
	write_letters(&view, 62, 40, 3);
	fill(&view, 90, 33, 8, 24); /* a stroke that is too high for the letters beside it */
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	bool has_word = false;
	for (size_t i = 0; i < lines.count; i++) {
		has_word = has_word ||
			   shot_rect_equal(lines.list[i].box, (struct shot_rect){62, 40, 19, 10});
	}
	assert_true(has_word);
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

static void takes_clouds_for_none(void **state)
{
	(void)state;
	struct shot_view view = paper(200, 60);
	for (int32_t y = 20; y < 30; y++) { /* as high as letters, without an edge */
		for (int32_t x = 0; x < 120; x++) {
			int32_t slope = x % 20 < 10 ? x % 20 : 20 - x % 20;
			shot_view_row(&view, y)[x] = (uint8_t)(255 - 20 * slope);
		}
	}
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	assert_int_equal(parts.count, 6);
	assert_int_equal(lines.count, 0);
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

static void takes_a_pattern_for_none(void **state)
{
	(void)state;
	struct shot_view view = paper(256, 256);
	for (int32_t y = 0; y < 256; y += 2) {
		for (int32_t x = 0; x < 256; x += 2) {
			fill(&view, x, y, 1, 1);
		}
	}
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	assert_int_equal(parts.count, 128 * 128);
	assert_int_equal(lines.count, 0);
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

static void finds_nothing_on_white(void **state)
{
	(void)state;
	struct shot_view view = paper(1, 1);
	struct shot_parts parts;
	struct shot_lines lines = find(&view, &parts);
	assert_int_equal(parts.count + lines.count, 0);
	shot_lines_free(&lines);
	shot_parts_free(&parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_parts),
		cmocka_unit_test(finds_lines_in_reading_order),
		cmocka_unit_test(keeps_dots_and_leaves_frames_out),
		cmocka_unit_test(leaves_the_frame_of_a_small_button_out),
		cmocka_unit_test(cuts_icons_from_texts),
		cmocka_unit_test(leaves_lines_under_links_out),
		cmocka_unit_test(keeps_letters_that_overlap),
		cmocka_unit_test(keeps_words_from_what_is_tall),
		cmocka_unit_test(takes_clouds_for_none),
		cmocka_unit_test(takes_a_pattern_for_none),
		cmocka_unit_test(finds_nothing_on_white),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
