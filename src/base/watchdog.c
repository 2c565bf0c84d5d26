#include "base/watchdog.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/thread.h"

#define LOOK_S 1 /* from look to look */

/* Global, because handlers of fork(2) have no argument. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news;
static pthread_t thread;
static struct shot_watched *calls;
static bool is_running, is_ending, is_used;

static void init_news(void)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&news, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void in_parent(void)
{
	pthread_mutex_unlock(&lock);
}

static void in_child(void)
{
	calls = NULL;
	is_running = false;
	init_news();
	pthread_mutex_unlock(&lock);
}

static void prepare(void)
{
	init_news();
	pthread_atfork(before_fork, in_parent, in_child);
}

static bool is_readable(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	return poll(&ready, 1, 0) > 0;
}

/* A thread that waits for a silent peer uses no processor time. A thread that cannot run uses none
 * either, but then bytes wait at the socket, which is asked first: a thread that reads them in
 * between has used time. A stopped process is not checked.
 */
static void look_at(struct shot_watched *call)
{
	struct timespec time = {0};
	bool is_waited_for = !is_readable(call->fd);
	clock_gettime(call->clock, &time);
	int64_t worked = time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
	call->still = worked == call->worked ? call->still + 1 : 0;
	call->worked = worked;
	call->looks++;
	if ((call->still >= SHOT_WATCHDOG_STILL_S / LOOK_S - 1 && is_waited_for) ||
		call->looks >= SHOT_WATCHDOG_MOST_S / LOOK_S) {
		shutdown(call->fd, SHUT_RDWR);
	}
}

/* Under the lock. */
static void sleep_until_next_look(void)
{
	struct timespec next;
	clock_gettime(CLOCK_MONOTONIC, &next);
	next.tv_sec += LOOK_S;
	while (!is_ending && pthread_cond_timedwait(&news, &lock, &next) == 0) {
	}
}

static void *watch(void *nothing)
{
	pthread_mutex_lock(&lock);
	while (!is_ending) {
		if (!is_used) {
			pthread_cond_wait(&news, &lock);
			continue;
		}
		is_used = false;
		sleep_until_next_look();
		for (struct shot_watched *it = calls; it; it = it->next) {
			look_at(it);
			is_used = true;
		}
	}
	pthread_mutex_unlock(&lock);
	return nothing;
}

void shot_watchdog_begin(struct shot_watched *call, int fd)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, prepare);
	*call = (struct shot_watched){.fd = fd, .worked = -1};
	pthread_getcpuclockid(pthread_self(), &call->clock);
	pthread_mutex_lock(&lock);
	if (!is_running) {
		is_running = shot_thread_start(&thread, watch, NULL) == 0;
	}
	call->next = calls;
	call->link = &calls;
	if (calls) {
		calls->link = &call->next;
	}
	calls = call;
	if (!is_used) {
		is_used = true;
		pthread_cond_signal(&news);
	}
	pthread_mutex_unlock(&lock);
}

void shot_watchdog_end(struct shot_watched *call)
{
	pthread_mutex_lock(&lock);
	*call->link = call->next;
	if (call->next) {
		call->next->link = call->link;
	}
	pthread_mutex_unlock(&lock);
}

void shot_watchdog_rest(void)
{
	pthread_mutex_lock(&lock);
	bool was_running = is_running;
	is_running = false;
	is_ending = true;
	pthread_cond_signal(&news);
	pthread_mutex_unlock(&lock);
	if (was_running) {
		pthread_join(thread, NULL);
	}
	pthread_mutex_lock(&lock);
	is_ending = false;
	pthread_mutex_unlock(&lock);
}
