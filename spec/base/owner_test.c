#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/owner.h"

#define THREADS 4
#define ROUNDS 20000

static int destroyed;

static void count_destroyed(struct shot_owner *owner)
{
	(void)owner;
	destroyed++;
}

static void destroys_once_at_the_last_reference(void **state)
{
	(void)state;
	struct shot_owner owner;
	destroyed = 0;
	shot_owner_init(&owner, count_destroyed);
	shot_owner_ref(&owner);
	shot_owner_unref(&owner);
	assert_int_equal(destroyed, 0);
	assert_true(shot_owner_is_idle(&owner));
	shot_owner_unref(&owner);
	assert_int_equal(destroyed, 1);
	shot_owner_unref(NULL);
}

#ifndef NDEBUG
static void let_go_too_often(void)
{
	struct shot_owner owner;
	shot_owner_init(&owner, count_destroyed);
	shot_owner_unref(&owner);
	shot_owner_unref(&owner);
}

static void take_what_is_gone(void)
{
	struct shot_owner owner;
	shot_owner_init(&owner, count_destroyed);
	shot_owner_unref(&owner);
	shot_owner_ref(&owner);
}

/* Where asserts are on, as with sanitizers. */
static void counting_wrongly_ends_the_process(void **state)
{
	(void)state;
	void (*const wrong[])(void) = {let_go_too_often, take_what_is_gone};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		pid_t child = fork();
		if (child == 0) {
			close(STDERR_FILENO);
			signal(SIGABRT, SIG_DFL);
			wrong[i]();
			_exit(0);
		}
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}
#endif

static void lends_only_what_is_idle(void **state)
{
	(void)state;
	struct shot_owner owner;
	shot_owner_init(&owner, count_destroyed);
	assert_true(shot_owner_acquire_idle(&owner));
	assert_false(shot_owner_is_idle(&owner));
	assert_false(shot_owner_acquire_idle(&owner));
	shot_owner_unref(&owner);
	assert_true(shot_owner_acquire_idle(&owner));
}

/* A slot: its pixels are plain memory that whoever acquired it may write. */
struct slot {
	struct shot_owner owner;
	int pixels;
};

static void *borrow(void *argument)
{
	struct slot *slot = argument;
	for (int done = 0; done < ROUNDS;) {
		if (shot_owner_acquire_idle(&slot->owner)) {
			slot->pixels++;
			shot_owner_unref(&slot->owner);
			done++;
		}
	}
	return NULL;
}

static void hands_pixels_from_thread_to_thread(void **state)
{
	(void)state;
	struct slot slot = {0};
	pthread_t threads[THREADS];
	shot_owner_init(&slot.owner, count_destroyed);
	for (int i = 0; i < THREADS; i++) {
		pthread_create(&threads[i], NULL, borrow, &slot);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
	}
	assert_int_equal(slot.pixels, THREADS * ROUNDS);
	assert_true(shot_owner_is_idle(&slot.owner));
}

static void *drop(void *owner)
{
	shot_owner_unref(owner);
	return NULL;
}

static void any_thread_may_be_the_last(void **state)
{
	(void)state;
	destroyed = 0;
	for (int round = 0; round < 200; round++) {
		struct shot_owner owner;
		pthread_t threads[2];
		shot_owner_init(&owner, count_destroyed);
		shot_owner_ref(&owner);
		pthread_create(&threads[0], NULL, drop, &owner);
		pthread_create(&threads[1], NULL, drop, &owner);
		pthread_join(threads[0], NULL);
		pthread_join(threads[1], NULL);
	}
	assert_int_equal(destroyed, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destroys_once_at_the_last_reference),
		cmocka_unit_test(lends_only_what_is_idle),
#ifndef NDEBUG
		cmocka_unit_test(counting_wrongly_ends_the_process),
#endif
		cmocka_unit_test(hands_pixels_from_thread_to_thread),
		cmocka_unit_test(any_thread_may_be_the_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
