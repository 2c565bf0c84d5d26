#include "base/thread.h"

#include <signal.h>

int shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
	const int faults[] = {SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};
	sigset_t blocked, before;
	sigfillset(&blocked);
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		sigdelset(&blocked, faults[i]);
	}
	pthread_sigmask(SIG_SETMASK, &blocked, &before);
	int failed = pthread_create(thread, NULL, run, argument);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}
