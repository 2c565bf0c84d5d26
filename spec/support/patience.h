/* A test that waits in vain ends by itself, and says for what; its children end with it, so that
 * nobody waits for them, who have its output. */
#ifndef SPEC_PATIENCE_H
#define SPEC_PATIENCE_H

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const char *waited_for;

static inline void lose_patience(int number)
{
	static const char before[] = "waited in vain for ";
	(void)number;
	(void)!write(STDERR_FILENO, before, sizeof before - 1);
	(void)!write(STDERR_FILENO, waited_for, strlen(waited_for));
	(void)!write(STDERR_FILENO, "\n", 1);
	_exit(1);
}

/* Announce that the test waits for `what`. Unless another call follows within `seconds` (0: no
 * limit), the process prints `what` and ends. Forked children do not inherit the limit. */
static inline void wait_for(const char *what, unsigned seconds)
{
	waited_for = what;
	signal(SIGALRM, lose_patience);
	alarm(seconds);
}

static inline void wait_for_nothing(void)
{
	alarm(0);
}

/* fork, for a child that is killed when this thread ends. */
static inline pid_t fork_mortal(void)
{
	pid_t parent = getpid(), child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent) {
			_exit(1);
		}
	}
	return child;
}

#endif
