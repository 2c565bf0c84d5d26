#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/decode.h"
#include "image/image.h"
#include "output/album.h"

static char folder[] = "/tmp/luashot-album-XXXXXX";
static int album = -1;

static int make_folder(void **state)
{
	struct shot_error err;
	(void)state;
	if (!mkdtemp(folder)) {
		return -1;
	}
	album = shot_album_open(folder, &err);
	return album < 0;
}

static int remove_folder(void **state)
{
	char command[128];
	(void)state;
	close(album);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

/* A file with these bytes, as old as `age` seconds. */
static void put(const char *name, const void *data, size_t size, time_t age)
{
	int fd = openat(album, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	const struct timespec times[] = {
		{.tv_sec = 2000000000 - age}, {.tv_sec = 2000000000 - age}};
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

/* The result of a task that runs here. */
static struct shot_save *ran(struct shot_save *save)
{
	assert_non_null(save);
	save->task.run(&save->task);
	return save;
}

static void lists_the_newest_pictures(void **state)
{
	struct shot_error err;
	(void)state;
	put("b.png", "12345", 5, 20);
	put("a.jpg", "123", 3, 10);
	put("c.webp", "1", 1, 10);
	put("old.png", "1", 1, 500);
	put("notes.txt", "1", 1, 0);
	put(".hidden.png", "1", 1, 0);
	put("line\nfeed.png", "1", 1, 0);
	put("latin\xe4.png", "1", 1, 0);
	put("Größe.PNG", "12", 2, 15);
	assert_int_equal(mkdirat(album, "folder.png", 0700), 0);
	assert_int_equal(symlinkat("b.png", album, "link.png"), 0);
	assert_int_equal(mkfifoat(album, "pipe.png", 0600), 0);
	const char *expected[] = {"1999999990000000000 1 c.webp\n",
		"1999999990000000000 1 c.webp\n1999999990000000000 3 a.jpg\n",
		"1999999990000000000 1 c.webp\n1999999990000000000 3 a.jpg\n"
		"1999999985000000000 2 Größe.PNG\n",
		"1999999990000000000 1 c.webp\n1999999990000000000 3 a.jpg\n"
		"1999999985000000000 2 Größe.PNG\n1999999980000000000 5 b.png\n"};
	for (unsigned most = 1; most <= 4; most++) {
		struct shot_save *save = ran(shot_album_list(album, most, &err));
		assert_true(save->is_ok);
		assert_int_equal(save->blob.size, strlen(expected[most - 1]));
		assert_memory_equal(save->blob.data, expected[most - 1], save->blob.size);
		shot_save_destroy(save);
	}
	struct shot_save *save = ran(shot_album_list(album, SHOT_ALBUM_MOST, &err));
	assert_non_null(memmem(save->blob.data, save->blob.size, "old.png\n", 8));
	shot_save_destroy(save);
	shot_save_destroy(shot_album_list(album, 1, &err)); /* one that never ran */
}

static void opens_nothing_but_a_picture_of_its_own(void **state)
{
	static const struct {
		const char *name, *code;
	} cases[] = {{"../a.png", "EFORMAT"}, {"/etc/passwd", "EFORMAT"}, {"..", "EFORMAT"},
		{"", "EFORMAT"}, {".hidden.png", "EFORMAT"}, {"notes.txt", "EFORMAT"},
		{"folder.png/a.png", "EFORMAT"}, {"./b.png", "EFORMAT"}, {"none.png", "ENOENT"},
		{"link.png", "ELOOP"}, {"folder.png", "EFORMAT"}, {"pipe.png", "EFORMAT"},
		{"line\nfeed.png", "EFORMAT"}};
	struct shot_error err;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(shot_album_open_picture(album, cases[i].name, &err), -1);
		assert_string_equal(err.code, cases[i].code);
	}
	char longest[400];
	memset(longest, 'a', sizeof longest);
	strcpy(longest + 380, ".png");
	assert_int_equal(shot_album_open_picture(album, longest, &err), -1);
	int fd = shot_album_open_picture(album, "b.png", &err);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(shot_album_open("/tmp/luashot-no-such-folder", &err), -1);
	assert_string_equal(err.code, "ENOENT");
	assert_int_equal(shot_album_open("/dev/null", &err), -1);
	assert_string_equal(err.code, "ENOTDIR");
}

static void encodes_a_picture_in_another_size(void **state)
{
	struct shot_view view;
	struct shot_blob blob = {0};
	struct shot_error err;
	const struct shot_encode_options options = {.quality = 80, .origin = {.source = ""}};
	const struct shot_save_options small = {
		.codec = shot_codec_by_name("jpeg"), .encode = options, .width = 8};
	(void)state;
	assert_true(shot_image_create(&view, 32, 16, SHOT_FORMAT_BGRX, &err));
	memset(shot_view_row(&view, 0), 0x55, 16 * (size_t)view.stride);
	assert_true(shot_codec_by_name("png")->encode(&view, &options, &blob, &err));
	shot_view_unref(&view);
	put("whole.png", blob.data, blob.size, 0);
	put("half.png", blob.data, blob.size / 2, 0);
	shot_blob_finish(&blob);

	int fd = shot_album_open_picture(album, "whole.png", &err);
	struct shot_save *save = ran(shot_album_encode(fd, "whole.png", &small, &err));
	struct shot_picture picture;
	assert_true(save->is_ok);
	assert_int_equal(*save->path.text, '\0');
	assert_true(shot_picture_decode(
		save->blob.data, save->blob.size, SHOT_MAX_PIXELS, &picture, &err));
	assert_int_equal(picture.view.width, 8);
	assert_int_equal(picture.view.height, 4);
	shot_view_unref(&picture.view);
	shot_save_destroy(save);

	static const char *const damaged[] = {"half.png", "b.png"};
	for (size_t i = 0; i < 2; i++) {
		fd = shot_album_open_picture(album, damaged[i], &err);
		save = ran(shot_album_encode(fd, damaged[i], &small, &err));
		assert_false(save->is_ok);
		assert_string_equal(save->err.code, "EFORMAT");
		assert_non_null(strstr(save->err.message, damaged[i]));
		shot_save_destroy(save);
	}
	fd = shot_album_open_picture(album, "b.png", &err);
	shot_save_destroy(shot_album_encode(fd, "b.png", &small, &err)); /* never ran */
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(shot_image_bytes(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_the_newest_pictures),
		cmocka_unit_test(opens_nothing_but_a_picture_of_its_own),
		cmocka_unit_test(encodes_a_picture_in_another_size),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
