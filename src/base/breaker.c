#include "base/breaker.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

void shot_breaker_init(struct shot_breaker *breaker)
{
	*breaker = (struct shot_breaker){.fd = -1};
	pthread_mutex_init(&breaker->lock, NULL);
}

/* Under the lock. */
static void let_go(struct shot_breaker *breaker)
{
	if (breaker->fd >= 0) {
		close(breaker->fd);
		breaker->fd = -1;
	}
}

bool shot_breaker_guard(struct shot_breaker *breaker, int fd)
{
	if (!breaker) {
		return true;
	}
	pthread_mutex_lock(&breaker->lock);
	let_go(breaker);
	bool is_guarded = !breaker->is_broken;
	if (!is_guarded) {
		errno = ECANCELED;
	} else if (fd >= 0) {
		breaker->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		is_guarded = breaker->fd >= 0;
	}
	pthread_mutex_unlock(&breaker->lock);
	return is_guarded;
}

bool shot_breaker_is_broken(struct shot_breaker *breaker)
{
	if (!breaker) {
		return false;
	}
	pthread_mutex_lock(&breaker->lock);
	bool is_broken = breaker->is_broken;
	pthread_mutex_unlock(&breaker->lock);
	return is_broken;
}

void shot_breaker_break(struct shot_breaker *breaker)
{
	pthread_mutex_lock(&breaker->lock);
	breaker->is_broken = true;
	if (breaker->fd >= 0) {
		shutdown(breaker->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&breaker->lock);
}

void shot_breaker_finish(struct shot_breaker *breaker)
{
	let_go(breaker);
	pthread_mutex_destroy(&breaker->lock);
}
