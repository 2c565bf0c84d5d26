#include "video/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct shot_queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	bool is_ended, is_abandoned, is_woken;
	bool is_taken; /* a capture, whose pixels are in use */
	bool has_lost; /* the changes of the next capture are incomplete */
	int64_t latest_time, latest_wall;
	int64_t told; /* the time of the taker's last capture */
	uint64_t dropped;
	unsigned limit, first, count;
	struct shot_update updates[];
};

struct shot_queue *shot_queue_create(unsigned limit, struct shot_error *err)
{
	struct shot_queue *queue = calloc(1, sizeof *queue + limit * sizeof queue->updates[0]);
	if (!queue) {
		shot_fail(err, "ENOMEM", "no memory for %u captures that wait", limit);
		return NULL;
	}
	queue->limit = limit;
	queue->told = INT64_MIN / 2;
	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&queue->filled, &attributes);
	pthread_condattr_destroy(&attributes);
	return queue;
}

static bool is_full(const struct shot_queue *queue)
{
	return queue->count + queue->is_taken >= queue->limit;
}

/* Whether the last capture shows no change: it makes room for the next one. */
static bool ends_still(const struct shot_queue *queue)
{
	unsigned last = (queue->first + queue->count - 1) % queue->limit;
	return queue->count > 0 && !queue->updates[last].view.owner;
}

static bool has_room(const struct shot_queue *queue)
{
	return (!is_full(queue) || ends_still(queue)) && !queue->is_abandoned;
}

static void push(struct shot_queue *queue, const struct shot_update *update, bool is_changed)
{
	if (is_full(queue)) {
		queue->count--; /* the last one, without changes */
	}
	unsigned at = (queue->first + queue->count++) % queue->limit;
	queue->updates[at] = *update;
	if (is_changed) {
		shot_view_ref(&update->view);
		if (queue->has_lost) {
			queue->updates[at].count = -1;
		}
		queue->has_lost = false;
	} else {
		queue->updates[at].view = (struct shot_view){0};
	}
	queue->told = update->time_ns;
	pthread_cond_signal(&queue->filled);
}

bool shot_queue_put(struct shot_queue *queue, const struct shot_update *update)
{
	pthread_mutex_lock(&queue->lock);
	bool is_changed = update->count != 0 || queue->has_lost;
	bool is_due = is_changed || update->time_ns - queue->told >= SHOT_QUEUE_STILL_NS;
	bool fits = has_room(queue);
	queue->latest_time = update->time_ns;
	queue->latest_wall = update->wall_ns;
	if (is_due && fits) {
		push(queue, update, is_changed);
	}
	bool is_dropped = is_changed && !fits;
	if (is_dropped) {
		queue->has_lost = true;
		queue->dropped++;
	}
	pthread_mutex_unlock(&queue->lock);
	return !is_dropped;
}

bool shot_queue_has_room(struct shot_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	bool fits = has_room(queue);
	pthread_mutex_unlock(&queue->lock);
	return fits;
}

static struct shot_update latest(const struct shot_queue *queue)
{
	return (struct shot_update){.time_ns = queue->latest_time, .wall_ns = queue->latest_wall};
}

bool shot_queue_take(struct shot_queue *queue, struct shot_update *update, int64_t deadline)
{
	const struct timespec until = {
		.tv_sec = deadline / SHOT_NS_PER_S, .tv_nsec = deadline % SHOT_NS_PER_S};
	pthread_mutex_lock(&queue->lock);
	queue->is_taken = false;
	while (queue->count == 0 && !queue->is_ended && !queue->is_woken) {
		if (deadline == SHOT_FOREVER) {
			pthread_cond_wait(&queue->filled, &queue->lock);
		} else if (pthread_cond_timedwait(&queue->filled, &queue->lock, &until) ==
			   ETIMEDOUT) {
			queue->is_woken = true;
		}
	}
	bool has_one = queue->count > 0 || queue->is_woken;
	if (queue->count > 0) {
		*update = queue->updates[queue->first];
		queue->is_taken = update->view.owner;
		queue->first = (queue->first + 1) % queue->limit;
		queue->count--;
	} else {
		*update = latest(queue);
		queue->is_woken = false;
	}
	pthread_mutex_unlock(&queue->lock);
	return has_one;
}

void shot_queue_release(struct shot_queue *queue, struct shot_update *update)
{
	shot_view_unref(&update->view);
	pthread_mutex_lock(&queue->lock);
	queue->is_taken = false;
	pthread_mutex_unlock(&queue->lock);
}

void shot_queue_wake(struct shot_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->is_woken = true;
	pthread_cond_signal(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
}

void shot_queue_end(struct shot_queue *queue, int64_t time_ns)
{
	pthread_mutex_lock(&queue->lock);
	queue->is_ended = true;
	queue->latest_time = time_ns > queue->latest_time ? time_ns : queue->latest_time;
	pthread_cond_signal(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
}

static void drop_all(struct shot_queue *queue)
{
	for (; queue->count > 0; queue->count--) {
		shot_view_unref(&queue->updates[queue->first].view);
		queue->first = (queue->first + 1) % queue->limit;
	}
}

void shot_queue_abandon(struct shot_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->is_abandoned = true;
	drop_all(queue);
	pthread_mutex_unlock(&queue->lock);
}

uint64_t shot_queue_dropped(struct shot_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	uint64_t dropped = queue->dropped;
	pthread_mutex_unlock(&queue->lock);
	return dropped;
}

void shot_queue_destroy(struct shot_queue *queue)
{
	if (queue) {
		drop_all(queue);
		pthread_cond_destroy(&queue->filled);
		pthread_mutex_destroy(&queue->lock);
		free(queue);
	}
}
