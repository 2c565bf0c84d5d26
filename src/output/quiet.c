#include "output/quiet.h"

#include <time.h>

static const int raised_by_write[] = {SIGPIPE, SIGXFSZ};

enum { COUNT = sizeof raised_by_write / sizeof *raised_by_write };

void shot_quiet_begin(struct shot_quiet *quiet)
{
	sigset_t set;
	sigemptyset(&set);
	for (int i = 0; i < COUNT; i++) {
		sigaddset(&set, raised_by_write[i]);
	}
	sigpending(&quiet->pending);
	pthread_sigmask(SIG_BLOCK, &set, &quiet->before);
}

void shot_quiet_end(const struct shot_quiet *quiet)
{
	const struct timespec now = {0};
	for (int i = 0; i < COUNT; i++) {
		if (!sigismember(&quiet->pending, raised_by_write[i])) {
			sigset_t one;
			sigemptyset(&one);
			sigaddset(&one, raised_by_write[i]);
			sigtimedwait(&one, NULL, &now);
		}
	}
	pthread_sigmask(SIG_SETMASK, &quiet->before, NULL);
}
