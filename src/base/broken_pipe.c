#include "base/broken_pipe.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

static sigset_t only(int number)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, number);
	return set;
}

void shot_broken_pipe_begin(sigset_t *before)
{
	sigset_t pipe = only(SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, before);
}

void shot_broken_pipe_end(const sigset_t *before)
{
	int saved = errno;
	if (!sigismember(before, SIGPIPE)) {
		sigset_t pipe = only(SIGPIPE);
		sigtimedwait(&pipe, NULL, &(struct timespec){0});
	}
	pthread_sigmask(SIG_SETMASK, before, NULL);
	errno = saved;
}
