/* Recordings of painted pictures, and what the programs of ffmpeg read in their files. */
#ifndef SPEC_RECORDED_H
#define SPEC_RECORDED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wait.h"
#include "image/image.h"
#include "output/recording.h"

enum { WIDTH = 64, HEIGHT = 48, MOST = 400 };

static char folder[] = "/tmp/luashot-video-XXXXXX";

static inline int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static inline int leave_folder(void **state)
{
	(void)state;
	char command[64];
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

/* A capture, `ms` after the first, all of one gray. */
static inline struct shot_frame capture(int32_t width, int32_t height, int gray, int64_t ms)
{
	struct shot_frame frame = {.time_ns = 5 * SHOT_NS_PER_S + ms * 1000000,
		.wall_ns = INT64_C(1700000000) * SHOT_NS_PER_S + ms * 1000000,
		.source = "root"};
	struct shot_error err;
	assert_true(shot_image_create(&frame.view, width, height, SHOT_FORMAT_BGRX, &err));
	memset(frame.view.data, gray, frame.view.stride * (size_t)height);
	return frame;
}

static inline struct shot_recording_options options_for(const char *template)
{
	return (struct shot_recording_options){
		.template = template,
		.encoder = {.container = template, .fps = 50, .width = WIDTH, .height = HEIGHT},
		.speed = 1,
		.keyframe = 2,
		.waiting = 64,
	};
}

static inline struct shot_recording *start(
	const struct shot_recording_options *options, const struct shot_frame *first)
{
	struct shot_error err;
	struct shot_recording *recording = shot_recording_start(options, first, &err);
	if (!recording) {
		fail_msg("%s", err.message);
	}
	return recording;
}

static inline void put(struct shot_recording *recording, int gray, int64_t ms)
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

static inline void wait_for(struct shot_recording *recording)
{
	while (!shot_recording_look(recording)) {
		shot_wait_readable(shot_recording_fd(recording), -1, shot_deadline_in(60));
	}
}

static inline void end(struct shot_recording *recording, int64_t ms)
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

static inline struct shot_recording *begin(const struct shot_recording_options *options)
{
	struct shot_frame first = capture(WIDTH, HEIGHT, 0, 0);
	struct shot_recording *recording = start(options, &first);
	shot_view_unref(&first.view);
	return recording;
}

/* What the program says. */
static inline void ask(char *out, size_t room, const char *format, const char *path)
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
static inline int times_of(const char *path, int times[MOST])
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
static inline int grays_of(const char *path, uint8_t grays[MOST])
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

static inline double length_of(const char *path)
{
	char text[64];
	ask(text, sizeof text,
		"ffprobe -v error -show_entries format=duration -of csv=p=0 'file:%s'", path);
	return atof(text);
}

#endif
