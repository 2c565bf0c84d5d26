/* The memory of a flight recorder of 1920x1080, full of what it keeps; an hour of it with
 * LUASHOT_LONG, as fast as it goes, with all bytes that are usual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h> /* shot_recording_start makes a thread: pthread_create */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "image/image.h"
#include "output/recording.h"

enum {
	WIDTH = 1920,
	HEIGHT = 1080,
	EVERY_MS = 100,	 /* a change, as in an editor */
	NOISE = 160,	 /* columns and rows of it in a short run: what does not compress */
	SHORT = 120,	 /* captures */
	BYTES = 2 << 20, /* that are kept, of 30 s at most */
	HOUR_NOISE = 560,
	HOUR = 36000,
	HOUR_BYTES = 64 << 20,
	BESIDE = (64 << 20) - WIDTH * HEIGHT * 4, /* one capture has its place, too */
};

static int noise = NOISE;

/* Private memory of this process in bytes; what it maps of libraries is not. */
static long memory(void)
{
	char line[256];
	long anonymous = 0, shared = 0;
	FILE *status = fopen("/proc/self/status", "r");
	while (fgets(line, sizeof line, status)) {
		sscanf(line, "RssAnon: %ld", &anonymous);
		sscanf(line, "RssShmem: %ld", &shared);
	}
	fclose(status);
	return (anonymous + shared) * 1024;
}

static struct shot_frame capture(void)
{
	struct shot_frame frame = {.source = "root"};
	struct shot_error err;
	assert_true(shot_image_create(&frame.view, WIDTH, HEIGHT, SHOT_FORMAT_BGRX, &err));
	memset(frame.view.data, 0xf0, frame.view.stride * HEIGHT);
	return frame;
}

static void change(struct shot_frame *frame, struct shot_changes *changes, int number)
{
	static uint32_t random = 1;
	struct shot_rect rect = {number * 10 % (WIDTH - noise), 300, noise, noise};
	for (int32_t y = rect.y; y < rect.y + noise; y++) {
		uint8_t *row = shot_view_row(&frame->view, y) + 4 * rect.x;
		for (int32_t x = 0; x < noise; x++) {
			random = random * 1664525 + 1013904223;
			memcpy(row + 4 * x, &random, sizeof random);
		}
	}
	*changes = (struct shot_changes){.count = 1, .rects = {rect}};
	frame->changes = changes;
	frame->sequence = (uint64_t)number + 1;
	frame->time_ns = (int64_t)number * EVERY_MS * 1000000;
}

static void stays_within_its_bytes_and_some(void **state)
{
	(void)state;
	bool is_long = getenv("LUASHOT_LONG");
	int count = is_long ? HOUR : SHORT;
	long bytes = is_long ? HOUR_BYTES : BYTES;
	noise = is_long ? HOUR_NOISE : NOISE;
	const struct shot_recording_options options = {
		.encoder = {.container = "x.mkv",
			.fps = 30,
			.width = WIDTH,
			.height = HEIGHT,
			.threads = 2},
		.speed = 1,
		.keyframe = 2,
		.last = 30,
		.bytes = (size_t)bytes,
		.waiting = 1,
	};
	struct shot_changes changes;
	struct shot_frame frame = capture();
	change(&frame, &changes, 0);
	long before = memory(), most = 0;
	struct shot_error err;
	struct shot_recording *recording = shot_recording_start(&options, &frame, &err);
	assert_non_null(recording);
	for (int i = 1; i < count; i++) {
		while (shot_recording_stats(recording).lasts_ns < frame.time_ns ||
			!shot_recording_has_room(recording)) {
			usleep(500); /* the encoder's thread reads the pixels yet */
		}
		bool has_room;
		change(&frame, &changes, i);
		assert_true(shot_recording_put(recording, &frame, &has_room, &err));
		assert_true(has_room);
		uint64_t kept = shot_recording_stats(recording).kept;
		assert_true(kept <= (uint64_t)bytes);
		if (i % 50 == 49) {
			long now = memory() - before;
			most = now > most ? now : most;
			assert_true(i < SHORT * 3 / 4 || is_long || kept > (uint64_t)bytes / 2);
			assert_true(i < HOUR / 2 || kept > (uint64_t)bytes * 3 / 4);
		}
	}
	assert_int_equal(shot_recording_stats(recording).dropped, 0);
	shot_recording_destroy(recording);
	shot_view_unref(&frame.view);
	if (!getenv("LUASHOT_SANITIZED") && most > bytes + BESIDE) {
		fail_msg("%ld MiB for %ld MiB kept", most >> 20, bytes >> 20);
	}
	printf("%ld MiB for %ld MiB kept\n", most >> 20, bytes >> 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stays_within_its_bytes_and_some),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
