#include "base/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/fork.h"
#include "base/thread.h"

struct queue {
	struct shot_task *first, **last;
};

struct shot_worker {
	pthread_mutex_t lock;
	pthread_cond_t work;  /* a task waits, or the threads are to end */
	pthread_cond_t quiet; /* a task has finished */
	struct queue waiting, finished;
	unsigned limit, count_waiting, count_running, count_finished;
	bool ending;
	int fd;
	unsigned generation; /* of the process, base/fork.h */
	unsigned threads;
	pthread_t thread[];
};

static void push(struct queue *queue, struct shot_task *task)
{
	task->next = NULL;
	*queue->last = task;
	queue->last = &task->next;
}

static struct shot_task *pop(struct queue *queue)
{
	struct shot_task *task = queue->first;
	if (task) {
		queue->first = task->next;
		if (!queue->first) {
			queue->last = &queue->first;
		}
	}
	return task;
}

static void *serve(void *argument)
{
	struct shot_worker *worker = argument;
	pthread_mutex_lock(&worker->lock);
	for (;;) {
		struct shot_task *task = pop(&worker->waiting);
		if (task) {
			worker->count_waiting--;
			worker->count_running++;
			pthread_mutex_unlock(&worker->lock);
			task->run(task);
			pthread_mutex_lock(&worker->lock);
			worker->count_running--;
			worker->count_finished++;
			push(&worker->finished, task);
			eventfd_write(worker->fd, 1);
			pthread_cond_broadcast(&worker->quiet);
		} else if (worker->ending) {
			break;
		} else {
			pthread_cond_wait(&worker->work, &worker->lock);
		}
	}
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

struct shot_worker *shot_worker_create(unsigned threads, unsigned limit, struct shot_error *err)
{
	struct shot_worker *worker = calloc(1, sizeof *worker + threads * sizeof worker->thread[0]);
	if (!worker) {
		shot_fail_errno(err, ENOMEM, "cannot start %u worker threads", threads);
		return NULL;
	}
	worker->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (worker->fd < 0) {
		shot_fail_errno(err, errno, "cannot make an eventfd");
		free(worker);
		return NULL;
	}
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->work, NULL);
	pthread_cond_init(&worker->quiet, NULL);
	worker->waiting.last = &worker->waiting.first;
	worker->finished.last = &worker->finished.first;
	worker->limit = limit;
	worker->generation = shot_fork_generation();
	while (worker->threads < threads) {
		int failed = shot_thread_start(&worker->thread[worker->threads], serve, worker);
		if (failed) {
			shot_fail_errno(err, failed, "cannot start a worker thread");
			shot_worker_destroy(worker);
			return NULL;
		}
		worker->threads++;
	}
	return worker;
}

bool shot_worker_is_ours(const struct shot_worker *worker)
{
	return worker->generation == shot_fork_generation();
}

bool shot_worker_submit(struct shot_worker *worker, struct shot_task *task, struct shot_error *err)
{
	if (!shot_worker_is_ours(worker)) {
		return shot_fail(err, "ENOTSUP", "this process was forked, and has no threads");
	}
	pthread_mutex_lock(&worker->lock);
	bool room = worker->count_waiting < worker->limit;
	if (room) {
		push(&worker->waiting, task);
		worker->count_waiting++;
		pthread_cond_signal(&worker->work);
	}
	pthread_mutex_unlock(&worker->lock);
	return room || shot_fail(err, "EBUSY", "%u tasks wait already", worker->limit);
}

int shot_worker_fd(const struct shot_worker *worker)
{
	return worker->fd;
}

struct shot_task *shot_worker_take(struct shot_worker *worker)
{
	if (!shot_worker_is_ours(worker)) {
		return NULL;
	}
	pthread_mutex_lock(&worker->lock);
	struct shot_task *task = pop(&worker->finished);
	if (task) {
		worker->count_finished--;
	} else {
		eventfd_t ignored;
		eventfd_read(worker->fd, &ignored);
	}
	pthread_mutex_unlock(&worker->lock);
	return task;
}

unsigned shot_worker_pending(struct shot_worker *worker)
{
	if (!shot_worker_is_ours(worker)) {
		return 0;
	}
	pthread_mutex_lock(&worker->lock);
	unsigned count = worker->count_waiting + worker->count_running + worker->count_finished;
	pthread_mutex_unlock(&worker->lock);
	return count;
}

void shot_worker_drain(struct shot_worker *worker)
{
	if (!shot_worker_is_ours(worker)) {
		return;
	}
	pthread_mutex_lock(&worker->lock);
	while (worker->count_waiting + worker->count_running > 0) {
		pthread_cond_wait(&worker->quiet, &worker->lock);
	}
	pthread_mutex_unlock(&worker->lock);
}

void shot_worker_destroy(struct shot_worker *worker)
{
	if (!worker) {
		return;
	}
	if (!shot_worker_is_ours(worker)) { /* the lock has the state in which another thread of the
					       parent left it */
		close(worker->fd);
		free(worker);
		return;
	}
	pthread_mutex_lock(&worker->lock);
	worker->ending = true;
	pthread_cond_broadcast(&worker->work);
	pthread_mutex_unlock(&worker->lock);
	for (unsigned i = 0; i < worker->threads; i++) {
		pthread_join(worker->thread[i], NULL);
	}
	pthread_cond_destroy(&worker->quiet);
	pthread_cond_destroy(&worker->work);
	pthread_mutex_destroy(&worker->lock);
	close(worker->fd);
	free(worker);
}
