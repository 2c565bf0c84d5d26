#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wait.h"
#include "codec/incoming.h"
#include "image/image.h"
#include "output/save.h"

enum { WIDTH = 40, HEIGHT = 30 };

static char folder[] = "/tmp/luashot-save-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

/* The names in the folder, temporary ones too; they go. */
static int clear(void)
{
	DIR *names = opendir(folder);
	int count = 0;
	for (struct dirent *one; (one = readdir(names));) {
		if (one->d_name[0] != '.' || strlen(one->d_name) > 2) {
			count++;
			unlinkat(dirfd(names), one->d_name, 0);
		}
	}
	closedir(names);
	return count;
}

static int remove_folder(void **state)
{
	(void)state;
	clear();
	return rmdir(folder);
}

static const char *in_folder(const char *name)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* A frame that is one color all over, which tells its number. */
static struct shot_frame frame_of(unsigned number)
{
	struct shot_frame frame = {.sequence = number, .source = "root"};
	struct shot_error err;
	assert_true(shot_image_create(&frame.view, WIDTH, HEIGHT, SHOT_FORMAT_BGRX, &err));
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++) {
			uint8_t *pixel = shot_view_row(&frame.view, y) + 4 * (size_t)x;
			pixel[0] = (uint8_t)number;
			pixel[1] = (uint8_t)(number >> 8);
			pixel[2] = 0x55;
			pixel[3] = 0;
		}
	}
	return frame;
}

static void check_file(const char *path, unsigned number)
{
	struct shot_picture picture;
	struct shot_error err;
	struct shot_incoming incoming;
	assert_true(shot_incoming_open(&incoming, path, SHOT_MAX_PIXELS, &err));
	assert_int_equal(shot_incoming_read(&incoming, &err), SHOT_POLL_DONE);
	assert_true(shot_incoming_decode(&incoming, &picture, &err));
	shot_incoming_finish(&incoming);
	assert_int_equal(picture.view.width, WIDTH);
	assert_int_equal(picture.view.height, HEIGHT);
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++) {
			uint8_t rgb[3];
			shot_view_pixel(&picture.view, x, y, rgb);
			assert_int_equal(rgb[0], 0x55);
			assert_int_equal(rgb[1], (uint8_t)(number >> 8));
			assert_int_equal(rgb[2], (uint8_t)number);
		}
	}
	shot_view_unref(&picture.view);
}

static struct shot_save_options options_for(const struct shot_frame *frame, const char *codec)
{
	return (struct shot_save_options){
		.codec = shot_codec_by_name(codec),
		.encode = {.quality = 90, .origin = {.source = frame->source}},
		.file = {.mode = SHOT_MODE_USUAL},
	};
}

static void writes_the_frame_under_the_name_that_it_had_when_it_was_asked(void **state)
{
	(void)state;
	struct shot_frame frame = frame_of(7);
	struct shot_save_options options = options_for(&frame, "png");
	struct shot_error err;
	struct shot_save *save =
		shot_save_create(&frame, &options, in_folder("a-{sequence}.png"), &err);
	assert_non_null(save);
	frame.sequence = 8;
	strcpy(frame.source, "gone");
	assert_string_equal(save->path.text, in_folder("a-7.png"));
	save->task.run(&save->task);
	assert_true(save->is_ok);
	check_file(in_folder("a-7.png"), 7);
	shot_save_destroy(save);
	shot_view_unref(&frame.view);
	assert_int_equal(shot_image_bytes(), 0);
	assert_int_equal(clear(), 1);
}

static void is_as_wide_as_it_should_be(void **state)
{
	(void)state;
	const struct {
		int32_t asked, width, height;
	} cases[] = {{0, 10, 20}, {10, 10, 20}, {11, 10, 20}, {5, 5, 10}, {3, 3, 6}, {1, 1, 2}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct shot_view view;
		struct shot_error err;
		assert_true(shot_image_create(&view, 10, 20, SHOT_FORMAT_BGRX, &err));
		memset(shot_view_row(&view, 0), 0x55, 20 * (size_t)view.stride);
		struct shot_frame frame = {.view = view, .dots_per_mm_x = 4, .dots_per_mm_y = 4};
		struct shot_save_options options = options_for(&frame, "png");
		options.encode.origin.dots_per_mm_x = options.encode.origin.dots_per_mm_y = 4;
		options.width = cases[i].asked;
		struct shot_save *save = shot_save_create(&frame, &options, NULL, &err);
		assert_non_null(save);
		shot_view_unref(&frame.view);
		save->task.run(&save->task);
		assert_true(save->is_ok);
		struct shot_picture picture;
		assert_true(shot_picture_decode(
			save->blob.data, save->blob.size, SHOT_MAX_PIXELS, &picture, &err));
		assert_int_equal(picture.view.width, cases[i].width);
		assert_int_equal(picture.view.height, cases[i].height);
		double dots = 4.0 * cases[i].width / 10;
		assert_true(picture.origin.dots_per_mm_x > dots - 0.01);
		assert_true(picture.origin.dots_per_mm_x < dots + 0.01);
		shot_view_unref(&picture.view);
		shot_save_destroy(save);
		assert_int_equal(shot_image_bytes(), 0);
	}
}

static void holds_the_pixels_until_it_has_run_and_no_longer(void **state)
{
	(void)state;
	struct shot_frame frame = frame_of(1);
	struct shot_save_options options = options_for(&frame, "ppm");
	struct shot_error err;
	struct shot_save *save = shot_save_create(&frame, &options, in_folder("a.ppm"), &err);
	shot_view_unref(&frame.view);
	assert_true(shot_image_bytes() > 0);
	save->task.run(&save->task);
	assert_int_equal(shot_image_bytes(), 0);
	check_file(in_folder("a.ppm"), 1);
	shot_save_destroy(save);
	/* One that never runs lets go, too. */
	frame = frame_of(2);
	save = shot_save_create(&frame, &options, in_folder("b.ppm"), &err);
	shot_view_unref(&frame.view);
	shot_save_destroy(save);
	assert_int_equal(shot_image_bytes(), 0);
	shot_save_destroy(NULL);
	assert_int_equal(clear(), 1);
}

static void says_at_once_what_is_wrong_with_the_name(void **state)
{
	(void)state;
	struct shot_frame frame = frame_of(1);
	struct shot_save_options options = options_for(&frame, "png");
	struct shot_error err;
	assert_null(shot_save_create(&frame, &options, in_folder("{nothing}.png"), &err));
	assert_string_equal(err.code, "EINVAL");
	assert_true(shot_owner_is_idle(frame.view.owner));
	shot_view_unref(&frame.view);
}

static void says_later_what_is_wrong_with_the_file(void **state)
{
	(void)state;
	static const struct {
		const char *path, *code;
		enum shot_clobber clobber;
	} cases[] = {
		{"/dev/full", "ENOSPC", SHOT_CLOBBER_REPLACE},
		{"/nonexistent-folder/a.ppm", "ENOENT", SHOT_CLOBBER_REPLACE},
		{NULL, "EEXIST", SHOT_CLOBBER_ERROR},
	};
	fclose(fopen(in_folder("taken.ppm"), "w"));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct shot_frame frame = frame_of(1);
		struct shot_save_options options = options_for(&frame, "ppm");
		options.file.clobber = cases[i].clobber;
		struct shot_error err;
		const char *path = cases[i].path ? cases[i].path : in_folder("taken.ppm");
		struct shot_save *save = shot_save_create(&frame, &options, path, &err);
		shot_view_unref(&frame.view);
		save->task.run(&save->task);
		assert_false(save->is_ok);
		assert_string_equal(save->err.code, cases[i].code);
		assert_int_equal(shot_image_bytes(), 0);
		shot_save_destroy(save);
	}
	assert_int_equal(clear(), 1);
}

/* Two threads write what a third one makes, names and lets go of; some go to one name. */
static void many_are_written_by_threads(void **state)
{
	(void)state;
	enum { SAVES = 300, LIMIT = 16 };
	static const char *const codecs[] = {"png", "ppm", "qoi"};
	struct shot_error err;
	struct shot_worker *worker = shot_worker_create(2, LIMIT, &err);
	assert_non_null(worker);
	unsigned made = 0, taken = 0;
	while (taken < SAVES) {
		while (made < SAVES) {
			struct shot_frame frame = frame_of(made);
			const char *codec = codecs[made % 3];
			struct shot_save_options options =
				options_for(&frame, shot_codec_by_name(codec) ? codec : "png");
			const char *name = made % 10 == 0 ? "same.png" : "{sequence}.png";
			struct shot_save *save =
				shot_save_create(&frame, &options, in_folder(name), &err);
			assert_non_null(save);
			save->id = made;
			bool room = shot_worker_submit(worker, &save->task, &err);
			shot_view_unref(&frame.view);
			if (!room) {
				assert_string_equal(err.code, "EBUSY");
				shot_save_destroy(save);
				break;
			}
			made++;
		}
		assert_int_equal(
			shot_wait_readable(shot_worker_fd(worker), -1, shot_deadline_in(60)),
			SHOT_WAIT_READY);
		struct shot_save *save;
		while ((save = (struct shot_save *)shot_worker_take(worker))) {
			assert_true(save->is_ok);
			if (save->id % 10 != 0) {
				check_file(save->path.text, (unsigned)save->id);
			}
			shot_save_destroy(save);
			taken++;
		}
	}
	shot_worker_destroy(worker);
	assert_int_equal(shot_image_bytes(), 0);
	assert_int_equal(clear(), SAVES - SAVES / 10 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_frame_under_the_name_that_it_had_when_it_was_asked),
		cmocka_unit_test(is_as_wide_as_it_should_be),
		cmocka_unit_test(holds_the_pixels_until_it_has_run_and_no_longer),
		cmocka_unit_test(says_at_once_what_is_wrong_with_the_name),
		cmocka_unit_test(says_later_what_is_wrong_with_the_file),
		cmocka_unit_test(many_are_written_by_threads),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
