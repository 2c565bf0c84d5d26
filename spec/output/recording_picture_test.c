/* The pictures of a video: colors, sizes, and animations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h> /* shot_recording_start makes a thread: pthread_create */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/recorded.h"

enum { CHART = 64 };

/* A color of the chart: the corners of the cube, grays, and any others. */
static void color_of(int patch, uint8_t bgr[3])
{
	for (int i = 0; i < 3; i++) {
		bgr[i] = patch < 8    ? (uint8_t)((patch >> i & 1) * 255)
			 : patch < 40 ? (uint8_t)((patch - 8) * 255 / 31)
				      : (uint8_t)rand();
	}
}

/* 256 patches of 4x4 pixels. */
static struct shot_frame chart(void)
{
	struct shot_frame frame = capture(CHART, CHART, 0, 0);
	for (int patch = 0; patch < CHART * CHART / 16; patch++) {
		uint8_t bgr[3];
		color_of(patch, bgr);
		for (int at = 0; at < 16; at++) {
			int32_t x = patch * 4 % CHART + at % 4, y = patch * 4 / CHART * 4 + at / 4;
			memcpy(shot_view_row(&frame.view, y) + 4 * x, bgr, sizeof bgr);
		}
	}
	return frame;
}

static void has_the_colors_that_it_was_given(void **state)
{
	(void)state;
	const char *const lossless[] = {"qp", "0", NULL};
	struct shot_recording_options options = options_for("chart.mkv");
	options.encoder.options = lossless;
	options.encoder.width = options.encoder.height = CHART;
	struct shot_frame frame = chart();
	struct shot_recording *recording = start(&options, &frame);
	end(recording, 100);
	static char raw[CHART * CHART * 3 + 1];
	/* Without the flags ffmpeg converts in a hurry, and mixes the colors of neighbors. */
	ask(raw, sizeof raw,
		"ffmpeg -v error -i %s -vf scale=flags=accurate_rnd+full_chroma_int+neighbor "
		"-frames:v 1 -f rawvideo -pix_fmt rgb24 -",
		"chart.mkv");
	for (int at = 0; at < CHART * CHART; at++) {
		uint8_t rgb[3];
		shot_view_pixel(&frame.view, at % CHART, at / CHART, rgb);
		for (int i = 0; i < 3; i++) {
			int got = (uint8_t)raw[3 * at + i];
			if (abs(got - rgb[i]) > 2) {
				fail_msg("%d,%d,%d has %d in place %d", rgb[0], rgb[1], rgb[2], got,
					i);
			}
		}
	}
	shot_view_unref(&frame.view);
	char tags[128];
	ask(tags, sizeof tags,
		"ffprobe -v error -show_entries "
		"stream=codec_name,pix_fmt,color_range,color_space,color_primaries -of csv=p=0 %s",
		"chart.mkv");
	assert_string_equal(tags, "h264,yuv420p,tv,bt709,bt709\n");
}

static void keeps_odd_sizes_where_the_codec_can(void **state)
{
	(void)state;
	const char *const sizes[][2] = {{"odd.mkv", "34,22\n"}, {"odd.mp4", "34,22\n"},
		{"odd.webm", "33,21\n"}, {"odd.apng", "33,21\n"}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct shot_recording_options options = options_for(sizes[i][0]);
		options.encoder.width = 33;
		options.encoder.height = 21;
		struct shot_frame first = capture(33, 21, 50, 0);
		struct shot_recording *recording = start(&options, &first);
		shot_view_unref(&first.view);
		end(recording, 200);
		char size[64];
		ask(size, sizeof size,
			"ffprobe -v error -show_entries stream=width,height -of csv=p=0 %s",
			sizes[i][0]);
		assert_string_equal(size, sizes[i][1]);
	}
}

/* A photo-like picture: more colors than a palette has, and what moves before it. */
static struct shot_frame scene(int step, int64_t ms)
{
	struct shot_frame frame = capture(WIDTH, HEIGHT, 0, ms);
	for (int32_t y = 0; y < HEIGHT; y++) {
		for (int32_t x = 0; x < WIDTH; x++) {
			uint8_t *pixel = shot_view_row(&frame.view, y) + 4 * x;
			bool is_mark = x >= 4 * step && x < 4 * step + 4 && y < 8;
			pixel[0] = is_mark ? 255 : (uint8_t)(x * 4);
			pixel[1] = is_mark ? 255 : (uint8_t)(y * 5);
			pixel[2] = is_mark ? 255 : (uint8_t)(step >= 8 ? 200 : 60);
		}
	}
	return frame;
}

/* The crop of H.264 counts pairs of pixels, so that a player shows one column and one row more. */
static void repeats_the_edge_of_an_odd_size_where_the_codec_needs_an_even_one(void **state)
{
	(void)state;
	enum { ODD_WIDTH = 33, ODD_HEIGHT = 21, STRIDE = ODD_WIDTH + 1 };
	struct shot_recording_options options = options_for("edge.mp4");
	options.encoder.width = ODD_WIDTH;
	options.encoder.height = ODD_HEIGHT;
	options.encoder.options = (const char *const[]){"qp", "0", NULL};
	struct shot_frame first = capture(ODD_WIDTH, ODD_HEIGHT, 50, 0);
	for (int32_t y = 0; y < ODD_HEIGHT; y++) {
		memset(shot_view_row(&first.view, y) + 4 * (ODD_WIDTH - 1), 200, 4);
	}
	memset(shot_view_row(&first.view, ODD_HEIGHT - 1), 120, 4 * (ODD_WIDTH - 1));
	struct shot_recording *recording = start(&options, &first);
	shot_view_unref(&first.view);
	end(recording, 200);
	static char luma[STRIDE * (ODD_HEIGHT + 1) * 3 / 2 + 1];
	ask(luma, sizeof luma, "ffmpeg -v error -i %s -frames:v 1 -f rawvideo -pix_fmt yuv420p -",
		"edge.mp4");
	for (int y = 0; y <= ODD_HEIGHT; y++) {
		const uint8_t *row = (const uint8_t *)luma + y * STRIDE;
		uint8_t inside = y < ODD_HEIGHT - 1 ? 59 : 119; /* 16 + 219 / 255 of the gray */
		assert_int_equal(row[0], inside);
		assert_int_equal(row[ODD_WIDTH - 2], inside);
		assert_int_equal(row[ODD_WIDTH - 1], 188);
		assert_int_equal(row[ODD_WIDTH], 188);
	}
}

static void makes_animations_for_pages(void **state)
{
	(void)state;
	const char *const names[] = {"page.gif", "page.apng"};
	for (size_t n = 0; n < 2; n++) {
		const struct shot_recording_options options = options_for(names[n]);
		struct shot_frame frames[12];
		frames[0] = scene(0, 0);
		struct shot_recording *recording = start(&options, &frames[0]);
		struct shot_error err;
		bool has_room;
		for (int i = 1; i < 12; i++) {
			frames[i] = scene(i, 100 * i);
			assert_true(shot_recording_put(recording, &frames[i], &has_room, &err));
			assert_true(has_room);
		}
		end(recording, 1200);
		static char raw[12 * WIDTH * HEIGHT * 3 + 1];
		char command[200];
		snprintf(command, sizeof command,
			"ffmpeg -v error -i %s -f rawvideo -pix_fmt rgb24 -fps_mode passthrough -",
			names[n]);
		ask(raw, sizeof raw, command, "");
		double error = 0;
		for (int i = 0; i < 12; i++) {
			for (int at = 0; at < WIDTH * HEIGHT; at++) {
				for (int c = 0; c < 3; c++) {
					int got = (uint8_t)raw[(i * WIDTH * HEIGHT + at) * 3 + c];
					error += abs(got - frames[i].view.data[4 * at + 2 - c]);
				}
			}
			shot_view_unref(&frames[i].view);
		}
		error /= 12 * WIDTH * HEIGHT * 3;
		if (error > (n == 0 ? 4 : 0)) {
			fail_msg("%s is %f levels off", names[n], error);
		}
		int times[MOST];
		assert_int_equal(times_of(names[n], times), 12);
		for (int i = 0; i < 12; i++) {
			assert_in_range(times[i] + 10, 100 * i, 100 * i + 20);
		}
	}
	struct stat gif;
	assert_int_equal(stat("page.gif", &gif), 0);
	assert_true(gif.st_size < 12 * 2000); /* two scenes, and what moves in them */
}

/* The muxers of animations take the time of the picture before for that of the last one. */
static void shows_the_last_picture_of_an_animation_until_its_end(void **state)
{
	(void)state;
	const char *const names[] = {"last.gif", "last.apng"};
	for (size_t n = 0; n < 2; n++) {
		const struct shot_recording_options options = options_for(names[n]);
		struct shot_recording *recording = begin(&options);
		put(recording, 100, 1500);
		put(recording, 200, 1600);
		end(recording, 4000);
		char text[64];
		ask(text, sizeof text,
			"ffprobe -v error -show_entries packet=duration_time -of csv=p=0 %s | "
			"tail -n 1",
			names[n]);
		if (fabs(atof(text) - 2.4) > 0.02) {
			fail_msg("the last picture of %s is seen for %s", names[n], text);
		}
	}
}

static void lends_pixels_to_an_encoder_that_takes_them(void **state)
{
	(void)state;
	struct shot_recording_options options = options_for("exact.mkv");
	options.encoder.codec = "ffv1";
	struct shot_recording *recording = begin(&options);
	for (int i = 1; i < 50; i++) {
		put(recording, i, 20 * i);
	}
	end(recording, 1000);
	uint8_t grays[MOST];
	assert_int_equal(grays_of("exact.mkv", grays), 50);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(grays[i], i);
	}
	assert_int_equal(shot_image_bytes(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_colors_that_it_was_given),
		cmocka_unit_test(keeps_odd_sizes_where_the_codec_can),
		cmocka_unit_test(repeats_the_edge_of_an_odd_size_where_the_codec_needs_an_even_one),
		cmocka_unit_test(makes_animations_for_pages),
		cmocka_unit_test(shows_the_last_picture_of_an_animation_until_its_end),
		cmocka_unit_test(lends_pixels_to_an_encoder_that_takes_them),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
