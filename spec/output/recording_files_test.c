/* The files of a video: several, older ones, and those that cannot be written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h> /* shot_recording_start makes a thread: pthread_create */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/recorded.h"

/* Each picture lasts until the next one, and the last of a part until its end. Only an MP4 tells:
 * Matroska has no durations, and ffprobe shows the encoder's rate for them. */
static void check_durations(const char *path, int wanted)
{
	char text[256];
	ask(text, sizeof text,
		"ffprobe -v error -show_entries packet=duration_time -of csv=p=0 %s | tr '\n,' '  '",
		path);
	int count = 0;
	for (char *at = strtok(text, " "); at; at = strtok(NULL, " "), count++) {
		assert_true(fabs(atof(at) - (count % 2 ? 0.7 : 0.3)) < 0.0011);
	}
	assert_int_equal(count, wanted);
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
			put(recording, 60 * part + 20, 300);
			end(recording, 1000);
		}
		uint8_t grays[MOST];
		int times[MOST];
		assert_int_equal(grays_of(names[n], grays), 6);
		assert_int_equal(times_of(names[n], times), 6);
		for (int i = 0; i < 6; i++) {
			assert_in_range(
				grays[i] + 2, i / 2 * 60 + i % 2 * 20, i / 2 * 60 + i % 2 * 20 + 4);
			int time = i / 2 * 1000 + i % 2 * 300;
			assert_in_range(times[i] + 2, time, time + 4);
		}
		if (strstr(names[n], "mp4")) {
			check_durations(names[n], 6);
		}
		assert_true(fabs(length_of(names[n]) - 3) < 0.01);
		options.encoder.codec = "mpeg4";
		struct shot_frame first = capture(WIDTH, HEIGHT, 0, 0);
		struct shot_error err;
		assert_null(shot_recording_start(&options, &first, &err));
		assert_non_null(strstr(err.message, "its codec, size or settings differ"));
		options.encoder.codec = NULL;
		options.encoder.options = (const char *const[]){"profile", "baseline", NULL};
		assert_null(shot_recording_start(&options, &first, &err));
		assert_string_equal(err.code, "EINVAL");
		shot_view_unref(&first.view);
		assert_int_equal(times_of(names[n], times), 6); /* as it was */
	}
}

static void goes_on_in_a_file_whose_program_was_killed(void **state)
{
	(void)state;
	struct shot_recording_options options = options_for("killed.mp4");
	struct shot_recording *recording = begin(&options);
	put(recording, 50, 300);
	put(recording, 50, 1000); /* nothing has changed */
	int times[MOST];
	while (times_of("killed.mp4", times) < 2) {
		usleep(100000);
	}
	char text[16];
	ask(text, sizeof text, "cp %s left.mp4", "killed.mp4");
	end(recording, 1000);
	options = options_for("left.mp4");
	options.is_appended = true;
	recording = begin(&options);
	put(recording, 50, 300);
	end(recording, 1000);
	check_durations("left.mp4", 4);
	assert_true(fabs(length_of("left.mp4") - 2) < 0.01);
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

/* The message begins with `message`: the libraries end it in their own words. */
static void refuse(const struct shot_recording_options *options, const char *message)
{
	struct shot_frame first = capture(WIDTH, HEIGHT, 0, 0);
	struct shot_error err;
	assert_null(shot_recording_start(options, &first, &err));
	err.message[strnlen(err.message, strlen(message))] = '\0';
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
	refuse(&options, "option 'crf' of libx264 cannot be 'good': Unable to parse "); /* … */
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

static int truncate_new(const char *path, off_t size)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fclose(file);
	return truncate(path, size);
}

static void leaves_nothing_of_an_older_file_and_no_empty_one(void **state)
{
	(void)state;
	assert_int_equal(truncate_new("old.mkv", 1 << 20), 0);
	const struct shot_recording_options options = options_for("old.mkv");
	struct shot_recording *recording = begin(&options);
	end(recording, 100);
	struct stat info;
	assert_int_equal(stat("old.mkv", &info), 0);
	assert_true(info.st_size > 0 && info.st_size < 1 << 20);
	/* Not one byte fits. */
	struct rlimit limit, none;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	none = (struct rlimit){.rlim_max = limit.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	const struct shot_recording_options full = options_for("empty.mkv");
	recording = begin(&full);
	shot_recording_end(recording, 5 * SHOT_NS_PER_S + 100000000);
	wait_for(recording);
	struct shot_error err, note;
	assert_false(shot_recording_result(recording, &note, &err));
	shot_recording_destroy(recording);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_string_equal(err.code, "EFBIG");
	assert_int_equal(access("empty.mkv", F_OK), -1);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_on_in_a_file_that_is_there),
		cmocka_unit_test(goes_on_in_a_file_whose_program_was_killed),
		cmocka_unit_test(goes_on_in_the_next_file_without_a_gap),
		cmocka_unit_test(begins_one_file_after_a_long_time_without_pictures),
		cmocka_unit_test(makes_an_mp4_plain_and_fast_to_start),
		cmocka_unit_test(says_what_is_wrong_with_a_name),
		cmocka_unit_test(ends_with_the_reason_when_the_disk_is_full),
		cmocka_unit_test(leaves_nothing_of_an_older_file_and_no_empty_one),
		cmocka_unit_test(ends_when_its_file_is_removed_and_goes_on_in_the_next_one),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
