#include "zerobuffer/waiter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fork.h"
#include "base/thread.h"

struct zb_waiter {
	struct zb_object *object;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool armed;  /* the thread takes a token, or is about to */
	bool taken;  /* the thread has one */
	bool ending; /* the thread is to end */
	bool ended;
	int epoll, event, inotify;
	unsigned generation; /* of the process, base/fork.h */
	struct zb_peer writer;
};

static void *serve(void *argument)
{
	struct zb_waiter *waiter = argument;
	pthread_mutex_lock(&waiter->lock);
	while (!waiter->ending) {
		if (!waiter->armed) {
			pthread_cond_wait(&waiter->changed, &waiter->lock);
			continue;
		}
		pthread_mutex_unlock(&waiter->lock);
		bool token =
			zb_semaphore_wait(&waiter->object->data, SHOT_FOREVER) == ZB_WAIT_TOKEN;
		pthread_mutex_lock(&waiter->lock);
		if (token) {
			waiter->armed = false;
			waiter->taken = true;
			eventfd_write(waiter->event, 1);
		}
	}
	waiter->ended = true;
	pthread_cond_broadcast(&waiter->changed);
	pthread_mutex_unlock(&waiter->lock);
	return NULL;
}

static bool watch(struct zb_waiter *waiter, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	return fd >= 0 && epoll_ctl(waiter->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool open_descriptors(struct zb_waiter *waiter)
{
	char path[32];
	snprintf(path, sizeof path, "/proc/self/fd/%d", waiter->object->fd);
	waiter->epoll = epoll_create1(EPOLL_CLOEXEC);
	waiter->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	waiter->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	return waiter->epoll >= 0 && watch(waiter, waiter->event) &&
	       watch(waiter, waiter->inotify) &&
	       inotify_add_watch(waiter->inotify, path, IN_OPEN | IN_CLOSE_WRITE) >= 0;
}

static void finish(struct zb_waiter *waiter)
{
	int fds[] = {waiter->epoll, waiter->event, waiter->inotify};
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		if (fds[i] >= 0) {
			close(fds[i]);
		}
	}
	zb_peer_finish(&waiter->writer);
	pthread_cond_destroy(&waiter->changed);
	pthread_mutex_destroy(&waiter->lock);
	free(waiter);
}

static void init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

struct zb_waiter *zb_waiter_create(struct zb_object *object, struct shot_error *err)
{
	struct zb_waiter *waiter = calloc(1, sizeof *waiter);
	if (!waiter) {
		shot_fail_errno(err, ENOMEM, "cannot watch the ring %s", object->name.text);
		return NULL;
	}
	waiter->object = object;
	waiter->epoll = waiter->event = waiter->inotify = -1;
	waiter->writer = ZB_PEER_NONE;
	pthread_mutex_init(&waiter->lock, NULL);
	init_condition(&waiter->changed);
	waiter->generation = shot_fork_generation();
	int failed = open_descriptors(waiter) ? shot_thread_start(&waiter->thread, serve, waiter)
					      : errno;
	if (failed) {
		shot_fail_errno(err, failed, "cannot watch the ring %s", object->name.text);
		finish(waiter);
		return NULL;
	}
	return waiter;
}

int zb_waiter_fd(const struct zb_waiter *waiter)
{
	return waiter->epoll;
}

bool zb_waiter_take(struct zb_waiter *waiter)
{
	pthread_mutex_lock(&waiter->lock);
	bool taken = waiter->taken && !waiter->ending;
	if (taken) {
		eventfd_t ignored;
		eventfd_read(waiter->event, &ignored);
		waiter->taken = false;
	}
	pthread_mutex_unlock(&waiter->lock);
	return taken;
}

static void follow(struct zb_waiter *waiter, uint64_t pid)
{
	if (waiter->writer.pidfd >= 0) {
		epoll_ctl(waiter->epoll, EPOLL_CTL_DEL, waiter->writer.pidfd, NULL);
	}
	if (zb_peer_check(&waiter->writer, pid, &waiter->object->identity) == ZB_LIFE_ALIVE) {
		watch(waiter, waiter->writer.pidfd);
	} else {
		zb_peer_finish(&waiter->writer);
	}
}

void zb_waiter_arm(struct zb_waiter *waiter, uint64_t writer_pid)
{
	char events[4096];
	while (read(waiter->inotify, events, sizeof events) > 0) {
	}
	pthread_mutex_lock(&waiter->lock);
	follow(waiter, writer_pid);
	if (!waiter->taken) {
		waiter->armed = true;
		pthread_cond_signal(&waiter->changed);
	}
	pthread_mutex_unlock(&waiter->lock);
}

void zb_waiter_end(struct zb_waiter *waiter)
{
	if (waiter->generation != shot_fork_generation()) {
		return; /* the thread is the parent's */
	}
	pthread_mutex_lock(&waiter->lock);
	bool first = !waiter->ending;
	waiter->ending = true;
	pthread_cond_broadcast(&waiter->changed);
	while (!waiter->ended) { /* the wake may have come before the thread began to wait */
		zb_semaphore_wake(&waiter->object->data);
		int64_t end = shot_clock_ns() + SHOT_NS_PER_S / 100;
		struct timespec again = {end / SHOT_NS_PER_S, end % SHOT_NS_PER_S};
		pthread_cond_timedwait(&waiter->changed, &waiter->lock, &again);
	}
	pthread_mutex_unlock(&waiter->lock);
	if (first) {
		pthread_join(waiter->thread, NULL);
		eventfd_write(waiter->event, 1);
	}
}

void zb_waiter_destroy(struct zb_waiter *waiter)
{
	if (waiter) {
		zb_waiter_end(waiter);
		finish(waiter);
	}
}
