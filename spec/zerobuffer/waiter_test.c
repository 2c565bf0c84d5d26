/* The descriptor that an event loop watches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/wait.h"
#include "support/rings.h"

#define PATIENCE 20.0

struct scene {
	const char *name;
	struct zb_reader *reader;
	int fd;
};

static int open_scene(void **state)
{
	static struct scene scene;
	struct shot_error err;
	scene.name = fresh_name();
	scene.reader = zb_reader_create(scene.name, &ZB_CONFIG_DEFAULT, &err);
	scene.fd = scene.reader ? zb_reader_fd(scene.reader, &err) : -1;
	*state = &scene;
	return scene.fd < 0 ? -1 : 0;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;
	zb_reader_destroy(scene->reader);
	return 0;
}

static bool is_readable(const struct scene *scene, double seconds)
{
	return shot_wait_readable(scene->fd, -1, shot_deadline_in(seconds)) == SHOT_WAIT_READY;
}

/* Read until nothing is there, as a loop does; returns how many there were. */
static int drain(struct scene *scene, const char *code)
{
	struct shot_error err;
	struct zb_item *item;
	int count = 0;
	while ((item = zb_reader_read(scene->reader, 0, &err))) {
		count++;
		shot_owner_unref(&item->owner);
	}
	assert_string_equal(err.code, code);
	return count;
}

static void put(struct zb_writer *writer)
{
	struct shot_error err;
	assert_true(zb_writer_write(writer, "frame", 5, 0, NULL, &err));
}

static void test_it_tells_of_frames(void **state)
{
	struct scene *scene = *state;
	struct zb_writer *writer = make_writer(scene->name);
	drain(scene, "ETIMEDOUT");
	assert_false(is_readable(scene, 0.02));
	for (int round = 1; round < 20; round++) {
		for (int i = 0; i < round; i++) {
			put(writer);
		}
		int count = 0;
		while (count < round) {
			assert_true(is_readable(scene, PATIENCE));
			count += drain(scene, "ETIMEDOUT");
		}
		assert_false(is_readable(scene, 0));
	}
	zb_writer_destroy(writer);
	assert_true(is_readable(scene, PATIENCE));
	drain(scene, "EWRITERDEAD");
}

/* With an heir another process keeps the writer's descriptors, as a display server does. */
static void kill_a_writer(struct scene *scene, bool has_heir)
{
	int pipes[2];
	pid_t heir = 0;
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0) {
		struct shot_error err;
		zb_writer_write(zb_writer_create(scene->name, &err), "x", 1, 0, NULL, &err);
		heir = has_heir ? fork() : 0;
		if (heir || !has_heir) {
			(void)!write(pipes[1], &heir, sizeof heir);
		}
		alarm((unsigned)(2 * PATIENCE)); /* in case that the test fails */
		pause();
		_exit(0);
	}
	assert_int_equal(read(pipes[0], &heir, sizeof heir), sizeof heir);
	close(pipes[0]);
	close(pipes[1]);
	int count = 0;
	while (count < 1) {
		assert_true(is_readable(scene, PATIENCE));
		count += drain(scene, "ETIMEDOUT");
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_true(is_readable(scene, PATIENCE));
	drain(scene, "EWRITERDEAD");
	/* It is not readable for ever because of that. */
	drain(scene, "EWRITERDEAD");
	assert_false(is_readable(scene, 0.02));
	if (heir) {
		kill(heir, SIGKILL);
	}
}

static void test_it_tells_of_a_killed_writer(void **state)
{
	kill_a_writer(*state, false);
}

static void test_it_tells_of_a_killed_writer_whose_descriptors_live_on(void **state)
{
	kill_a_writer(*state, true);
}

static void *read_with_patience(void *argument)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(argument, shot_deadline_in(PATIENCE), &err);
	shot_owner_unref(item ? &item->owner : NULL);
	return item ? "item" : (void *)err.code;
}

static void test_a_blocking_read_beside_it(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	void *outcome;
	pthread_t thread;
	struct zb_writer *writer = make_writer(scene->name);
	pthread_create(&thread, NULL, read_with_patience, scene->reader);
	usleep(20000);
	put(writer);
	pthread_join(thread, &outcome);
	assert_string_equal(outcome, "item");

	pthread_create(&thread, NULL, read_with_patience, scene->reader);
	usleep(20000);
	zb_writer_destroy(writer);
	pthread_join(thread, &outcome);
	assert_string_equal(outcome, "EWRITERDEAD");

	zb_reader_forget_writer(scene->reader);
	pthread_create(&thread, NULL, read_with_patience, scene->reader);
	usleep(20000);
	zb_reader_close(scene->reader);
	pthread_join(thread, &outcome);
	assert_string_equal(outcome, "ECLOSED");
	assert_true(is_readable(scene, PATIENCE));
	assert_int_equal(zb_reader_fd(scene->reader, &err), -1);
	assert_string_equal(err.code, "ECLOSED");
}

/* Keeps the threads that are made from now on, and this one, on one processor. */
static cpu_set_t share_processor(void)
{
	cpu_set_t before, one;
	sched_getaffinity(0, sizeof before, &before);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof one, &one);
	return before;
}

/* One thread waits, and gets the processor only when this one rests. So this one takes the event of
 * the first frames with them, and the other one learns of the frame behind them. */
static void take_the_event_first(struct scene *scene, struct zb_writer *writer)
{
	enum { FRAMES = 600 }; /* in which a thread that reads also takes all tokens */
	struct shot_error err;
	pthread_t thread;
	void *outcome;
	pthread_create(&thread, NULL, read_with_patience, scene->reader);
	usleep(20000);
	pthread_setschedparam(thread, SCHED_IDLE, &(struct sched_param){0});
	for (int i = 0; i < FRAMES; i++) {
		put(writer);
	}
	int64_t end = shot_deadline_in(0.05);
	while (!is_readable(scene, 0) && shot_clock_ns() < end) {
	}
	for (int i = 0; i < FRAMES; i++) {
		struct zb_item *item = zb_reader_read(scene->reader, 0, &err);
		shot_owner_unref(item ? &item->owner : NULL);
	}
	put(writer);
	pthread_join(thread, &outcome);
	assert_string_equal(outcome, "item");
	drain(scene, "ETIMEDOUT");
}

static void test_two_reads_beside_it(void **state)
{
	struct scene *scene = *state;
	struct zb_writer *writer = make_writer(scene->name);
	cpu_set_t before = share_processor();
	for (int round = 0; round < 20; round++) {
		int64_t started = shot_clock_ns();
		take_the_event_first(scene, writer);
		assert_true(shot_clock_ns() - started < shot_duration_ns(PATIENCE));
	}
	sched_setaffinity(0, sizeof before, &before);
	zb_writer_destroy(writer);
}

static void test_no_token_is_lost(void **state)
{
	struct scene *scene = *state;
	enum { FRAMES = 20000 };
	pid_t child = fork();
	if (child == 0) {
		struct shot_error err;
		struct zb_writer *writer = make_writer(scene->name);
		for (int i = 0; i < FRAMES; i++) {
			if (!zb_writer_write(
				    writer, "frame", 5, shot_deadline_in(PATIENCE), NULL, &err)) {
				_exit(1);
			}
		}
		zb_writer_destroy(writer);
		_exit(0);
	}
	int count = 0;
	while (count < FRAMES && is_readable(scene, PATIENCE)) {
		struct shot_error err;
		struct zb_item *item;
		while ((item = zb_reader_read(scene->reader, 0, &err))) {
			assert_int_equal(item->sequence, ++count);
			shot_owner_unref(&item->owner);
		}
	}
	assert_int_equal(count, FRAMES);
	int status;
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_it_tells_of_frames, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_it_tells_of_a_killed_writer, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_it_tells_of_a_killed_writer_whose_descriptors_live_on, open_scene,
			close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_blocking_read_beside_it, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_two_reads_beside_it, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_no_token_is_lost, open_scene, close_scene),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
