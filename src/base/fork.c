#include "base/fork.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/* fork(2) calls handlers that have no argument. */
static atomic_uint generation;
static struct shot_fork_guard *guards;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of `guards` */

static void before(void)
{
	pthread_mutex_lock(&lock);
}

static void in_parent(void)
{
	pthread_mutex_unlock(&lock);
}

static void in_child(void)
{
	atomic_fetch_add(&generation, 1);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (struct shot_fork_guard *it = guards; it && null >= 0; it = it->next) {
		dup3(null, it->fd, O_CLOEXEC);
	}
	if (null >= 0) {
		close(null);
	}
	pthread_mutex_unlock(&lock);
}

static void listen_to_forks(void)
{
	pthread_atfork(before, in_parent, in_child);
}

unsigned shot_fork_generation(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, listen_to_forks);
	return atomic_load(&generation);
}

void shot_fork_guard_begin(struct shot_fork_guard *guard, int fd)
{
	shot_fork_generation();
	pthread_mutex_lock(&lock);
	*guard = (struct shot_fork_guard){fd, guards, &guards};
	if (guards) {
		guards->link = &guard->next;
	}
	guards = guard;
	pthread_mutex_unlock(&lock);
}

void shot_fork_guard_end(struct shot_fork_guard *guard)
{
	pthread_mutex_lock(&lock);
	if (guard->link) {
		*guard->link = guard->next;
		if (guard->next) {
			guard->next->link = guard->link;
		}
		guard->link = NULL;
	}
	pthread_mutex_unlock(&lock);
}
