/* Videos of painted pictures, read back by the programs of ffmpeg. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <math.h>
#include <pthread.h> /* shot_recording_start makes a thread: pthread_create */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wait.h"
#include "image/image.h"
#include "output/recording.h"

enum { WIDTH = 64, HEIGHT = 48, MOST = 400, CHART = 64 };

static char folder[] = "/tmp/luashot-video-XXXXXX";

static int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	(void)state;
	char command[64];
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

/* A capture, `ms` after the first, all of one gray. */
static struct shot_frame capture(int32_t width, int32_t height, int gray, int64_t ms)
{
	struct shot_frame frame = {.time_ns = 5 * SHOT_NS_PER_S + ms * 1000000,
		.wall_ns = INT64_C(1700000000) * SHOT_NS_PER_S + ms * 1000000,
		.source = "root"};
	struct shot_error err;
	assert_true(shot_image_create(&frame.view, width, height, SHOT_FORMAT_BGRX, &err));
	memset(frame.view.data, gray, frame.view.stride * (size_t)height);
	return frame;
}

static struct shot_recording_options options_for(const char *template)
{
	return (struct shot_recording_options){
		.template = template,
		.encoder = {.container = template, .fps = 50, .width = WIDTH, .height = HEIGHT},
		.speed = 1,
		.keyframe = 2,
		.waiting = 64,
	};
}

static struct shot_recording *start(
	const struct shot_recording_options *options, const struct shot_frame *first)
{
	struct shot_error err;
	struct shot_recording *recording = shot_recording_start(options, first, &err);
	if (!recording) {
		fail_msg("%s", err.message);
	}
	return recording;
}

static void put(struct shot_recording *recording, int gray, int64_t ms)
{
	struct shot_frame frame = capture(WIDTH, HEIGHT, gray, ms);
	struct shot_error err;
	bool has_room;
	if (!shot_recording_put(recording, &frame, &has_room, &err)) {
		fail_msg("%s", err.message);
	}
	assert_true(has_room);
	shot_view_unref(&frame.view);
	/* An encoder that many threads keep from the processor is not what is tested. */
	while (shot_recording_stats(recording).lasts_ns < ms * 1000000) {
		usleep(1000);
	}
}

static void wait_for(struct shot_recording *recording)
{
	while (!shot_recording_look(recording)) {
		shot_wait_readable(shot_recording_fd(recording), -1, shot_deadline_in(60));
	}
}

static void end(struct shot_recording *recording, int64_t ms)
{
	struct shot_error err, note;
	shot_recording_end(recording, 5 * SHOT_NS_PER_S + ms * 1000000);
	wait_for(recording);
	if (!shot_recording_result(recording, &note, &err)) {
		fail_msg("%s", err.message);
	}
	if (note.code) {
		fail_msg("%s", note.message);
	}
	shot_recording_destroy(recording);
}

static struct shot_recording *begin(const struct shot_recording_options *options)
{
	struct shot_frame first = capture(WIDTH, HEIGHT, 0, 0);
	struct shot_recording *recording = start(options, &first);
	shot_view_unref(&first.view);
	return recording;
}

/* What the program says. */
static void ask(char *out, size_t room, const char *format, const char *path)
{
	char command[PATH_MAX + 300];
	snprintf(command, sizeof command, format, path);
	FILE *program = popen(command, "r");
	assert_non_null(program);
	size_t size = fread(out, 1, room - 1, program);
	out[size] = '\0';
	assert_int_equal(pclose(program), 0);
}

/* The moments of the pictures, in ms; how many. */
static int times_of(const char *path, int times[MOST])
{
	static char text[MOST * 16];
	ask(text, sizeof text,
		"ffprobe -v error -show_entries frame=pts_time -of csv=p=0 'file:%s' | tr -d ,",
		path);
	int count = 0;
	for (char *at = strtok(text, "\n"); at; at = strtok(NULL, "\n")) {
		times[count++] = (int)(atof(at) * 1000 + 0.5);
	}
	return count;
}

/* The gray of each picture, in the middle. */
static int grays_of(const char *path, uint8_t grays[MOST])
{
	static char raw[MOST * WIDTH * HEIGHT * 3];
	char command[PATH_MAX + 100];
	snprintf(command, sizeof command,
		"ffmpeg -v error -i 'file:%s' -f rawvideo -pix_fmt rgb24 -fps_mode passthrough -",
		path);
	FILE *program = popen(command, "r");
	size_t size = fread(raw, 1, sizeof raw, program);
	assert_int_equal(pclose(program), 0);
	int count = (int)(size / (WIDTH * HEIGHT * 3));
	for (int i = 0; i < count; i++) {
		grays[i] = (uint8_t)raw[(i * HEIGHT + HEIGHT / 2) * WIDTH * 3 + WIDTH / 2 * 3];
	}
	return count;
}

static double length_of(const char *path)
{
	char text[64];
	ask(text, sizeof text,
		"ffprobe -v error -show_entries format=duration -of csv=p=0 'file:%s'", path);
	return atof(text);
}

static void has_what_changed_at_its_time(void **state)
{
	(void)state;
	const char *const names[] = {"a.mkv", "a.mp4", "a.mov", "12:30:00.mkv", "-x.mp4"};
	const int moments[] = {0, 40, 60, 2060, 2100, 4200};
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		const struct shot_recording_options options = options_for(names[n]);
		struct shot_recording *recording = begin(&options);
		for (int i = 1; i < 6; i++) {
			put(recording, 40 * i, moments[i]);
			put(recording, 40 * i, moments[i] + 20); /* unknown, and the same */
		}
		end(recording, 4500);
		int times[MOST];
		uint8_t grays[MOST];
		assert_int_equal(times_of(names[n], times), 6);
		assert_int_equal(grays_of(names[n], grays), 6);
		for (int i = 0; i < 6; i++) {
			assert_in_range(times[i], moments[i] ? moments[i] - 1 : 0, moments[i] + 1);
			assert_in_range(grays[i], i ? 40 * i - 2 : 0, 40 * i + 2);
		}
		if (fabs(length_of(names[n]) - 4.5) > 0.01) {
			fail_msg("%s lasts %f", names[n], length_of(names[n]));
		}
	}
}

/* The pointer's monitor, the active window: a frame's changes are those since the last capture of
 * its own place, and in between the video has shown another one. */
static void shows_the_place_that_was_captured(void **state)
{
	(void)state;
	const struct shot_recording_options options = options_for("places.mkv");
	struct shot_recording *recording = NULL;
	const struct shot_changes none = {.count = 0};
	const int places[] = {0, 100, 0, 0, 100};
	for (int i = 0; i < 5; i++) {
		struct shot_frame frame = capture(WIDTH, HEIGHT, 50 + places[i], 100 * i);
		frame.x = places[i];
		frame.sequence = (uint64_t)i + 1;
		frame.changes = i < 2 ? NULL : &none;
		struct shot_error err;
		bool has_room;
		if (i == 0) {
			recording = start(&options, &frame);
		} else {
			assert_true(shot_recording_put(recording, &frame, &has_room, &err));
			assert_true(has_room);
		}
		shot_view_unref(&frame.view);
	}
	end(recording, 500);
	uint8_t grays[MOST];
	assert_int_equal(grays_of("places.mkv", grays), 4);
	for (int i = 0; i < 4; i++) {
		assert_in_range(grays[i], 48 + i % 2 * 100, 52 + i % 2 * 100);
	}
}

static void repeats_every_second(void **state)
{
	(void)state;
	const struct shot_recording_options options = options_for("still.mkv");
	struct shot_recording *recording = begin(&options);
	for (int i = 1; i <= 500; i++) {
		put(recording, 0, 10 * i);
	}
	assert_int_equal(shot_recording_stats(recording).encoded, 7);
	end(recording, 5500);
	int times[MOST];
	assert_int_equal(times_of("still.mkv", times), 7);
	for (int i = 0; i < 7; i++) {
		assert_int_equal(times[i], 800 * i);
	}
	assert_true(length_of("still.mkv") > 5.49);
}

static void has_as_many_in_every_second_if_asked(void **state)
{
	(void)state;
	struct shot_recording_options options = options_for("constant.mp4");
	options.encoder.is_constant = true;
	options.encoder.fps = 25;
	struct shot_recording *recording = begin(&options);
	put(recording, 100, 200);
	put(recording, 200, 1000);
	end(recording, 2000);
	uint8_t grays[MOST];
	assert_int_equal(grays_of("constant.mp4", grays), 50);
	for (int i = 0; i < 50; i++) {
		int wanted = i < 5 ? 0 : i < 25 ? 100 : 200;
		assert_in_range(grays[i], wanted ? wanted - 2 : 0, wanted + 2);
	}
	char rate[64];
	ask(rate, sizeof rate,
		"ffprobe -v error -show_entries stream=avg_frame_rate -of csv=p=0 %s",
		"constant.mp4");
	assert_string_equal(rate, "25/1\n");
}

static void shows_a_long_time_in_a_short_one(void **state)
{
	(void)state;
	struct shot_recording_options options = options_for("lapse.mp4");
	options.speed = 300;
	struct shot_recording *recording = begin(&options);
	for (int i = 1; i < 60; i++) {
		put(recording, 4 * i, 10000 * i);
	}
	int times[MOST];
	while (times_of("lapse.mp4", times) < 60) { /* before the end */
		usleep(100000);
	}
	end(recording, 600000);
	assert_int_equal(times_of("lapse.mp4", times), 60);
	for (int i = 0; i < 60; i++) {
		assert_in_range(times[i] + 1, i * 100 / 3, i * 100 / 3 + 3);
	}
	assert_true(fabs(length_of("lapse.mp4") - 2) < 0.01);
}

static void goes_on_in_a_file_that_is_there(void **state)
{
	(void)state;
	const char *const names[] = {"more.mkv", "more.mp4"};
	for (size_t n = 0; n < 2; n++) {
		struct shot_recording_options options = options_for(names[n]);
		options.is_appended = true;
		for (int part = 0; part < 3; part++) {
			struct shot_frame first = capture(WIDTH, HEIGHT, 60 * part, 0);
			struct shot_recording *recording = start(&options, &first);
			shot_view_unref(&first.view);
			put(recording, 60 * part + 20, 500);
			end(recording, 1000);
		}
		uint8_t grays[MOST];
		int times[MOST];
		assert_int_equal(grays_of(names[n], grays), 6);
		assert_int_equal(times_of(names[n], times), 6);
		for (int i = 0; i < 6; i++) {
			assert_in_range(
				grays[i] + 2, i / 2 * 60 + i % 2 * 20, i / 2 * 60 + i % 2 * 20 + 4);
			assert_in_range(times[i] + 2, 500 * i, 500 * i + 4);
		}
		assert_true(fabs(length_of(names[n]) - 3) < 0.01);
		options.encoder.codec = "mpeg4";
		struct shot_frame first = capture(WIDTH, HEIGHT, 0, 0);
		struct shot_error err;
		assert_null(shot_recording_start(&options, &first, &err));
		assert_non_null(strstr(err.message, "it has another codec, size or setting"));
		options.encoder.codec = NULL;
		options.encoder.options = (const char *const[]){"profile", "baseline", NULL};
		assert_null(shot_recording_start(&options, &first, &err));
		assert_string_equal(err.code, "EINVAL");
		shot_view_unref(&first.view);
		assert_int_equal(times_of(names[n], times), 6); /* as it was */
	}
}

static void goes_on_in_the_next_file_without_a_gap(void **state)
{
	(void)state;
	struct shot_recording_options options = options_for("part-{sequence}.mkv");
	options.segment = 1;
	struct shot_recording *recording = begin(&options);
	for (int i = 1; i < 200; i++) {
		put(recording, i % 50 * 4, 20 * i);
	}
	end(recording, 4000);
	double length = 0;
	for (int part = 1; part <= 4; part++) {
		char path[32];
		snprintf(path, sizeof path, "part-%d.mkv", part);
		uint8_t grays[MOST];
		int times[MOST];
		int count = grays_of(path, grays);
		assert_int_equal(count, 50);
		assert_int_equal(times_of(path, times), 50);
		assert_int_equal(times[0], 0);
		char keys[64]; /* its first picture alone: the encoder chooses none itself */
		ask(keys, sizeof keys,
			"ffprobe -v error -show_entries packet=flags -of csv=p=0 %s | grep -c K",
			path);
		assert_string_equal(keys, "1\n");
		for (int i = 0; i < count; i++) {
			assert_in_range(grays[i] + 2, i * 4, i * 4 + 4);
		}
		length += length_of(path);
	}
	assert_true(length > 3.99 && length < 4.01);
	assert_int_equal(access("part-5.mkv", F_OK), -1);
}

static void begins_one_file_after_a_long_time_without_pictures(void **state)
{
	(void)state;
	struct shot_recording_options options = options_for("rest-{sequence}.mkv");
	options.segment = 1;
	struct shot_recording *recording = begin(&options);
	put(recording, 50, 4500);
	put(recording, 100, 4600);
	put(recording, 150, 5100);
	end(recording, 5500);
	const int counts[] = {1, 2, 1};
	for (int part = 1; part <= 3; part++) {
		char path[32];
		snprintf(path, sizeof path, "rest-%d.mkv", part);
		int times[MOST];
		assert_int_equal(times_of(path, times), counts[part - 1]);
	}
	assert_int_equal(access("rest-4.mkv", F_OK), -1);
}

/* The last picture is in the file before it is known how long it is seen. */
static void lasts_until_its_end_whatever_was_written_before(void **state)
{
	(void)state;
	const char *const names[] = {"late.mkv", "late.mp4", "late.webm"};
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		const struct shot_recording_options options = options_for(names[n]);
		struct shot_recording *recording = begin(&options);
		put(recording, 100, 700);
		int times[MOST];
		while (times_of(names[n], times) < 2) {
			usleep(100000);
		}
		end(recording, 9000);
		assert_int_equal(times_of(names[n], times), 2);
		assert_in_range(times[1], 699, 701);
		if (fabs(length_of(names[n]) - 9) > 0.01) {
			fail_msg("%s lasts %f", names[n], length_of(names[n]));
		}
	}
}

static off_t size_of(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 ? info.st_size : 0;
}

/* A picture that comes after the one before was written, whose end was not known then. */
static void has_late_pictures_at_their_time(void **state)
{
	(void)state;
	const char *const names[] = {"rare.mp4", "rare.mov", "rare.mkv", "rare.webm"};
	const int moments[] = {0, 900, 2500, 2540};
	struct shot_recording *recordings[4];
	for (int i = 0; i < 4; i++) {
		off_t sizes[4];
		for (int n = 0; n < 4; n++) {
			const struct shot_recording_options options = options_for(names[n]);
			sizes[n] = size_of(names[n]);
			if (i == 0) {
				recordings[n] = begin(&options);
			} else {
				put(recordings[n], 60 * i, moments[i]);
			}
		}
		for (int n = 0; i < 3 && n < 4; n++) {
			int times[MOST]; /* a file has its head at once */
			while (size_of(names[n]) == sizes[n] ||
				(i == 0 && times_of(names[n], times) == 0)) {
				usleep(10000);
			}
		}
	}
	for (int n = 0; n < 4; n++) {
		int times[MOST];
		assert_in_range(times_of(names[n], times), 3, 4);
		assert_in_range(times[1], 899, 901); /* and is so in a file that is not whole */
		assert_in_range(times[2], 2499, 2501);
		end(recordings[n], 3000);
		assert_int_equal(times_of(names[n], times), 4);
		for (int i = 1; i < 4; i++) {
			assert_in_range(times[i], moments[i] - 1, moments[i] + 1);
		}
	}
}

static void makes_an_mp4_plain_and_fast_to_start(void **state)
{
	(void)state;
	const struct shot_recording_options options = options_for("plain.mp4");
	struct shot_recording *recording = begin(&options);
	put(recording, 10, 1500);
	put(recording, 20, 3000);
	/* While it runs it is there, in fragments. */
	int times[MOST];
	while (times_of("plain.mp4", times) < 3) {
		usleep(100000);
	}
	end(recording, 3500);
	char boxes[4096];
	ask(boxes, sizeof boxes, "head -c 4096 %s | tr -c '[:alpha:]' ' '", "plain.mp4");
	char *table = strstr(boxes, "moov"), *data = strstr(boxes, "mdat");
	assert_true(table && data && table < data);
	assert_null(strstr(boxes, "moof"));
	struct stat info;
	assert_int_equal(stat("plain.mp4", &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
}

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
	const char *const sizes[][2] = {
		{"odd.mkv", "34,22\n"}, {"odd.webm", "33,21\n"}, {"odd.apng", "33,21\n"}};
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

static void refuse(const struct shot_recording_options *options, const char *message)
{
	struct shot_frame first = capture(WIDTH, HEIGHT, 0, 0);
	struct shot_error err;
	assert_null(shot_recording_start(options, &first, &err));
	assert_string_equal(err.message, message);
	shot_view_unref(&first.view);
	assert_int_equal(access("no.mkv", F_OK), -1);
}

static void says_what_is_wrong_with_a_name(void **state)
{
	(void)state;
	struct shot_recording_options options = options_for("no.mkv");
	options.encoder.codec = "libx246";
	refuse(&options, "there is no encoder 'libx246' (did you mean 'libx264'?)");
	options.encoder.codec = NULL;
	options.encoder.options = (const char *const[]){"presett", "fast", NULL};
	refuse(&options, "the encoder libx264 has no option 'presett' (did you mean 'preset'?)");
	options.encoder.options = (const char *const[]){"preset", "fats", NULL};
	refuse(&options, "the encoder libx264 cannot begin with 64x48 pixels: Error setting "
			 "preset/tune fats/zerolatency.");
	options.encoder.options = (const char *const[]){"crf", "good", NULL};
	refuse(&options,
		"option 'crf' of libx264 cannot be 'good': Unable to parse option value \"good\"");
	options = options_for("no.png");
	refuse(&options, "'no.png' is not the name of a video: .mkv, .mp4, .mov, .webm, .gif or "
			 ".apng expected");
	options = options_for("none/no.mkv");
	refuse(&options, "cannot write none/no.mkv: No such file or directory");
	options = options_for("no.gif");
	options.segment = 1;
	refuse(&options, "an animation by the encoder gif cannot be cut");
	options = options_for("no.webm");
	options.encoder.codec = "h264";
	refuse(&options, "a video in webm cannot have the codec 'libx264'");
}

static void ends_with_the_reason_when_the_disk_is_full(void **state)
{
	(void)state;
	assert_int_equal(symlink("/dev/full", "full.mkv"), 0);
	const struct shot_recording_options options = options_for("full.mkv");
	struct shot_recording *recording = begin(&options);
	struct shot_error err, note;
	bool has_room = true, is_going_on = true;
	for (int i = 1; is_going_on && i < 10000; i++) {
		struct shot_frame frame = capture(WIDTH, HEIGHT, i % 200, 1000 * i);
		is_going_on = shot_recording_put(recording, &frame, &has_room, &err);
		shot_view_unref(&frame.view);
		usleep(1000);
	}
	assert_false(is_going_on);
	assert_string_equal(err.code, "ENOSPC");
	assert_string_equal(err.message, "cannot write full.mkv: No space left on device");
	wait_for(recording);
	assert_false(shot_recording_result(recording, &note, &err));
	shot_recording_destroy(recording);
}

static void ends_when_its_file_is_removed_and_goes_on_in_the_next_one(void **state)
{
	(void)state;
	for (int is_late = 0; is_late < 2; is_late++) { /* with the next picture, or at the end */
		const struct shot_recording_options options = options_for("removed.mp4");
		struct shot_recording *recording = begin(&options);
		put(recording, 50, 500);
		assert_int_equal(unlink("removed.mp4"), 0);
		struct shot_frame frame = capture(WIDTH, HEIGHT, 100, 1000);
		struct shot_error err, note;
		bool has_room;
		if (!is_late) {
			assert_true(shot_recording_put(recording, &frame, &has_room, &err));
		}
		shot_view_unref(&frame.view);
		shot_recording_end(recording, 5 * SHOT_NS_PER_S + 2000000000);
		wait_for(recording);
		assert_false(shot_recording_result(recording, &note, &err));
		assert_string_equal(
			err.message, "cannot write removed.mp4: No such file or directory");
		shot_recording_destroy(recording);
	}
	struct shot_recording_options options = options_for("left-{sequence}.mp4");
	options.segment = 60;
	struct shot_recording *recording = begin(&options);
	put(recording, 50, 500);
	assert_int_equal(unlink("left-1.mp4"), 0);
	put(recording, 100, 1000);
	put(recording, 150, 1500);
	end(recording, 2000);
	uint8_t grays[MOST];
	assert_int_equal(grays_of("left-2.mp4", grays), 2);
	assert_in_range(grays[0], 98, 102);
	assert_int_equal(access("left-1.mp4", F_OK), -1);
}

static void writes_what_led_to_a_moment(void **state)
{
	(void)state;
	struct shot_recording_options options = options_for(NULL);
	options.encoder.container = "any.mkv";
	options.last = 3;
	options.bytes = 1 << 20;
	options.keyframe = 1;
	struct shot_recording *recording = begin(&options);
	for (int i = 1; i < 100; i++) {
		put(recording, 2 * i, 100 * i);
	}
	struct shot_error err;
	uint64_t number = shot_recording_save(recording, "{name}-%Y.mp4", 0.5, &err);
	assert_int_equal(number, 1);
	struct shot_path_buffer path;
	assert_int_equal(shot_recording_saved(recording, number, &path, &err), SHOT_POLL_WAITING);
	for (int i = 100; i < 110; i++) {
		put(recording, 2 * i, 100 * i);
	}
	enum shot_poll outcome;
	while ((outcome = shot_recording_saved(recording, number, &path, &err)) ==
		SHOT_POLL_WAITING) {
		usleep(1000);
	}
	assert_int_equal(outcome, SHOT_POLL_DONE);
	uint8_t grays[MOST];
	int count = grays_of(path.text, grays);
	assert_in_range(count, 35, 46);
	for (int i = 0; i < count; i++) {
		int wanted = 2 * (103 - (count - 1 - i));
		assert_in_range(grays[i], wanted - 3, wanted + 3);
	}
	number = shot_recording_save(recording, "none/{name}.mkv", 0, &err);
	while ((outcome = shot_recording_saved(recording, number, &path, &err)) ==
		SHOT_POLL_WAITING) {
		usleep(1000);
	}
	assert_int_equal(outcome, SHOT_POLL_FAILED);
	assert_string_equal(err.message, "cannot write none/root.mkv: No such file or directory");
	end(recording, 11000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_what_changed_at_its_time),
		cmocka_unit_test(shows_the_place_that_was_captured),
		cmocka_unit_test(repeats_every_second),
		cmocka_unit_test(has_as_many_in_every_second_if_asked),
		cmocka_unit_test(shows_a_long_time_in_a_short_one),
		cmocka_unit_test(goes_on_in_a_file_that_is_there),
		cmocka_unit_test(goes_on_in_the_next_file_without_a_gap),
		cmocka_unit_test(begins_one_file_after_a_long_time_without_pictures),
		cmocka_unit_test(lasts_until_its_end_whatever_was_written_before),
		cmocka_unit_test(has_late_pictures_at_their_time),
		cmocka_unit_test(makes_an_mp4_plain_and_fast_to_start),
		cmocka_unit_test(has_the_colors_that_it_was_given),
		cmocka_unit_test(keeps_odd_sizes_where_the_codec_can),
		cmocka_unit_test(makes_animations_for_pages),
		cmocka_unit_test(shows_the_last_picture_of_an_animation_until_its_end),
		cmocka_unit_test(lends_pixels_to_an_encoder_that_takes_them),
		cmocka_unit_test(says_what_is_wrong_with_a_name),
		cmocka_unit_test(ends_with_the_reason_when_the_disk_is_full),
		cmocka_unit_test(ends_when_its_file_is_removed_and_goes_on_in_the_next_one),
		cmocka_unit_test(writes_what_led_to_a_moment),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
