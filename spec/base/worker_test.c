#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include "base/clock.h"
#include "base/wait.h"
#include "base/worker.h"

struct sum {
	struct shot_task task;
	int upto, result;
};

static void add_up(struct shot_task *task)
{
	struct sum *sum = (struct sum *)task;
	for (int i = 1; i <= sum->upto; i++) {
		sum->result += i;
	}
}

struct gate {
	struct shot_task task;
	sem_t entered, open;
};

static void wait_at_gate(struct shot_task *task)
{
	struct gate *gate = (struct gate *)task;
	sem_post(&gate->entered);
	sem_wait(&gate->open);
}

static void runs_tasks_and_says_when_they_are_done(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_worker *worker = shot_worker_create(2, 100, &err);
	assert_non_null(worker);
	assert_int_equal(fcntl(shot_worker_fd(worker), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(shot_wait_readable(shot_worker_fd(worker), -1, 0), SHOT_WAIT_TIMEOUT);
	assert_null(shot_worker_take(worker));
	struct sum sums[100];
	for (int i = 0; i < 100; i++) {
		sums[i] = (struct sum){.task.run = add_up, .upto = i};
		assert_true(shot_worker_submit(worker, &sums[i].task, &err));
	}
	for (int taken = 0; taken < 100;) {
		assert_int_equal(
			shot_wait_readable(shot_worker_fd(worker), -1, shot_deadline_in(60)),
			SHOT_WAIT_READY);
		struct sum *sum;
		while ((sum = (struct sum *)shot_worker_take(worker))) {
			assert_int_equal(sum->result, sum->upto * (sum->upto + 1) / 2);
			taken++;
		}
	}
	assert_int_equal(shot_worker_pending(worker), 0);
	assert_int_equal(shot_wait_readable(shot_worker_fd(worker), -1, 0), SHOT_WAIT_TIMEOUT);
	shot_worker_destroy(worker);
}

static void refuses_beyond_its_limit(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_worker *worker = shot_worker_create(1, 2, &err);
	struct gate gate = {.task.run = wait_at_gate};
	sem_init(&gate.entered, 0, 0);
	sem_init(&gate.open, 0, 0);
	struct sum sums[3];
	for (int i = 0; i < 3; i++) {
		sums[i] = (struct sum){.task.run = add_up, .upto = 3};
	}
	assert_true(shot_worker_submit(worker, &gate.task, &err));
	sem_wait(&gate.entered);
	assert_true(shot_worker_submit(worker, &sums[0].task, &err));
	assert_true(shot_worker_submit(worker, &sums[1].task, &err));
	assert_false(shot_worker_submit(worker, &sums[2].task, &err));
	assert_string_equal(err.code, "EBUSY");
	assert_int_equal(shot_worker_pending(worker), 3);
	sem_post(&gate.open);
	shot_worker_drain(worker);
	assert_int_equal(shot_worker_pending(worker), 3);
	assert_ptr_equal(shot_worker_take(worker), &gate.task);
	assert_ptr_equal(shot_worker_take(worker), &sums[0].task);
	assert_ptr_equal(shot_worker_take(worker), &sums[1].task);
	assert_null(shot_worker_take(worker));
	shot_worker_destroy(worker);
}

static void finishes_what_is_queued_before_it_ends(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_worker *worker = shot_worker_create(3, 1000, &err);
	static struct sum sums[1000];
	for (int i = 0; i < 1000; i++) {
		sums[i] = (struct sum){.task.run = add_up, .upto = 2};
		assert_true(shot_worker_submit(worker, &sums[i].task, &err));
	}
	shot_worker_destroy(worker);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(sums[i].result, 3);
	}
	shot_worker_destroy(NULL);
}

struct mask {
	struct shot_task task;
	sigset_t blocked;
};

static void look_at_mask(struct shot_task *task)
{
	pthread_sigmask(SIG_BLOCK, NULL, &((struct mask *)task)->blocked);
}

static void leaves_signals_to_the_main_thread(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_worker *worker = shot_worker_create(1, 1, &err);
	struct mask mask = {.task.run = look_at_mask};
	assert_true(shot_worker_submit(worker, &mask.task, &err));
	shot_worker_destroy(worker);
	assert_int_equal(sigismember(&mask.blocked, SIGINT), 1);
	assert_int_equal(sigismember(&mask.blocked, SIGTERM), 1);
	sigset_t own;
	pthread_sigmask(SIG_BLOCK, NULL, &own);
	assert_int_equal(sigismember(&own, SIGINT), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_tasks_and_says_when_they_are_done),
		cmocka_unit_test(refuses_beyond_its_limit),
		cmocka_unit_test(finishes_what_is_queued_before_it_ends),
		cmocka_unit_test(leaves_signals_to_the_main_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
