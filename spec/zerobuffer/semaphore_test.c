/* The semaphores of rings beside those of the C library, which other implementations use. With 32
 * bits that library has another layout, and rings are luashot's alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "zerobuffer/name.h"
#include "zerobuffer/semaphore.h"

#define WATCHDOG 60 /* seconds, after which a test that hangs is ended by SIGALRM */

struct scene {
	char theirs[64]; /* the name as the C library has it */
	char path[96];
	struct zb_semaphore ours;
	sem_t *other;
};

static int open_scene(void **state)
{
	static struct scene scene;
	static int count;
	struct shot_error err;
	alarm(WATCHDOG);
	snprintf(scene.theirs, sizeof scene.theirs, "/luashot-sem-%d-%d", getpid(), ++count);
	snprintf(scene.path, sizeof scene.path, ZB_SHM_FOLDER "/sem.%.60s", scene.theirs + 1);
	if (!zb_semaphore_create(&scene.ours, scene.path, &err)) {
		fail_msg("%s", err.message);
	}
	scene.other = sem_open(scene.theirs, 0);
	*state = &scene;
	return scene.other == SEM_FAILED ? -1 : 0;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;
	sem_close(scene->other);
	zb_semaphore_close(&scene->ours);
	unlink(scene->path);
	alarm(0);
	return 0;
}

static void need_64_bits(void)
{
	if (sizeof(size_t) < 8) {
		skip();
	}
}

static void test_tokens_of_either_are_the_others(void **state)
{
	struct scene *scene = *state;
	int value;
	need_64_bits();
	assert_false(zb_semaphore_try(&scene->ours));
	assert_int_equal(sem_trywait(scene->other), -1);
	zb_semaphore_post(&scene->ours, 3);
	assert_int_equal(sem_getvalue(scene->other, &value), 0);
	assert_int_equal(value, 3);
	assert_int_equal(sem_trywait(scene->other), 0);
	assert_int_equal(sem_post(scene->other), 0);
	assert_int_equal(sem_post(scene->other), 0);
	assert_true(zb_semaphore_try(&scene->ours));
	assert_int_equal(zb_semaphore_drain(&scene->ours), 3);
	assert_int_equal(zb_semaphore_drain(&scene->ours), 0);
	assert_int_equal(sem_trywait(scene->other), -1);
}

static void test_a_full_one_stays_full(void **state)
{
	struct scene *scene = *state;
	int value;
	need_64_bits();
	zb_semaphore_post(&scene->ours, UINT32_MAX);
	zb_semaphore_post(&scene->ours, 1);
	assert_int_equal(sem_getvalue(scene->other, &value), 0);
	assert_int_equal(value, SEM_VALUE_MAX);
	assert_int_equal(sem_post(scene->other), -1);
	assert_true(zb_semaphore_try(&scene->ours));
	assert_int_equal(sem_post(scene->other), 0);
}

static void *wait_in_theirs(void *argument)
{
	struct scene *scene = argument;
	while (sem_wait(scene->other) < 0) {
	}
	return NULL;
}

static void await_waiters(const struct scene *scene, uint64_t count)
{
	while (__atomic_load_n(scene->ours.word, __ATOMIC_RELAXED) >> 32 != count) {
		usleep(1000);
	}
}

static void test_a_post_wakes_a_thread_in_the_c_library(void **state)
{
	struct scene *scene = *state;
	pthread_t threads[2];
	need_64_bits();
	pthread_create(&threads[0], NULL, wait_in_theirs, scene);
	pthread_create(&threads[1], NULL, wait_in_theirs, scene);
	await_waiters(scene, 2);
	zb_semaphore_post(&scene->ours, 2);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	await_waiters(scene, 0);
}

static void *post_theirs(void *argument)
{
	struct scene *scene = argument;
	await_waiters(scene, 1);
	sem_post(scene->other);
	return NULL;
}

static void test_a_post_of_the_c_library_wakes_us(void **state)
{
	struct scene *scene = *state;
	pthread_t thread;
	need_64_bits();
	pthread_create(&thread, NULL, post_theirs, scene);
	enum zb_wait wait;
	do { /* a slice may end before the other thread is there */
		wait = zb_semaphore_wait(&scene->ours, SHOT_FOREVER);
	} while (wait == ZB_WAIT_TIMEOUT);
	assert_int_equal(wait, ZB_WAIT_TOKEN);
	pthread_join(thread, NULL);
	await_waiters(scene, 0);
}

static void test_a_wait_ends_at_its_deadline_and_its_slice(void **state)
{
	struct scene *scene = *state;
	int64_t started = shot_clock_ns();
	assert_int_equal(zb_semaphore_wait(&scene->ours, started + 10000000), ZB_WAIT_TIMEOUT);
	assert_true(shot_clock_ns() - started >= 10000000);
	int64_t shortest = INT64_MAX; /* others may have the processor at the end of one */
	for (int i = 0; i < 10; i++) {
		started = shot_clock_ns();
		zb_semaphore_wait(&scene->ours, started + 1000000);
		int64_t took = shot_clock_ns() - started;
		shortest = took < shortest ? took : shortest;
	}
	assert_true(shortest < ZB_SLICE_NS / 2);
	assert_int_equal(zb_semaphore_wait(&scene->ours, SHOT_FOREVER), ZB_WAIT_TIMEOUT);
	assert_int_equal(zb_semaphore_wait(&scene->ours, 0), ZB_WAIT_TIMEOUT);
	zb_semaphore_post(&scene->ours, 1);
	assert_int_equal(zb_semaphore_wait(&scene->ours, 0), ZB_WAIT_TOKEN);
}

/* Whatever a peer writes there: nothing ends the process, and every wait ends. */
static void test_any_bytes_in_it(void **state)
{
	struct scene *scene = *state;
	uint8_t *bytes = (uint8_t *)scene->ours.word;
	const int values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	for (size_t at = 0; at < sizeof(struct zb_semaphore_file); at += 4) {
		for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
			memset(bytes + at, values[i], 4);
			int64_t started = shot_clock_ns();
			zb_semaphore_wait(&scene->ours, started + 1000000);
			zb_semaphore_post(&scene->ours, 1);
			zb_semaphore_wait(&scene->ours, started + 1000000);
			zb_semaphore_drain(&scene->ours);
			zb_semaphore_wait(&scene->ours, started + 1000000);
			zb_semaphore_wake(&scene->ours);
			assert_true(shot_clock_ns() - started < 5 * SHOT_NS_PER_S);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_tokens_of_either_are_the_others, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_full_one_stays_full, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_post_wakes_a_thread_in_the_c_library, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_post_of_the_c_library_wakes_us, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_wait_ends_at_its_deadline_and_its_slice, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_any_bytes_in_it, open_scene, close_scene),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
