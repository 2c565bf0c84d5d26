/* The times of a video, read back by the programs of ffmpeg. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h> /* shot_recording_start makes a thread: pthread_create */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/recorded.h"

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

/* A picture that comes after the one before was written, whose end was not known then. */
static void has_late_pictures_at_their_time(void **state)
{
	(void)state;
	const char *const names[] = {"rare.mp4", "rare.mov", "rare.mkv", "rare.webm"};
	const int moments[] = {0, 900, 2500, 2540};
	struct shot_recording *recordings[4];
	for (int i = 0; i < 4; i++) {
		for (int n = 0; n < 4; n++) {
			const struct shot_recording_options options = options_for(names[n]);
			if (i == 0) {
				recordings[n] = begin(&options);
			} else {
				put(recordings[n], 60 * i, moments[i]);
			}
		}
		for (int n = 0; i < 3 && n < 4; n++) {
			int times[MOST];
			while (times_of(names[n], times) <= i) {
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
	/* The end of the recorder is the end of a file that is being written. */
	number = shot_recording_save(recording, "open.mp4", 3600, &err);
	shot_recording_end(recording, 16 * SHOT_NS_PER_S);
	wait_for(recording);
	assert_int_equal(shot_recording_saved(recording, number, &path, &err), SHOT_POLL_DONE);
	assert_true(length_of("open.mp4") > 3);
	shot_recording_destroy(recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_what_changed_at_its_time),
		cmocka_unit_test(shows_the_place_that_was_captured),
		cmocka_unit_test(repeats_every_second),
		cmocka_unit_test(has_as_many_in_every_second_if_asked),
		cmocka_unit_test(shows_a_long_time_in_a_short_one),
		cmocka_unit_test(lasts_until_its_end_whatever_was_written_before),
		cmocka_unit_test(has_late_pictures_at_their_time),
		cmocka_unit_test(writes_what_led_to_a_moment),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
