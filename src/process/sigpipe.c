#include "process/sigpipe.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* A handler and not SIG_IGN, because exec keeps what is ignored. */
static void on_broken_pipe(int number)
{
	int saved = errno;
	struct pollfd output = {.fd = STDOUT_FILENO};
	if (poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP))) {
		signal(number, SIG_DFL);
		raise(number);
	}
	errno = saved;
}

void shot_pipe_start(void)
{
	struct sigaction before, ours = {.sa_handler = on_broken_pipe, .sa_flags = SA_RESTART};
	sigemptyset(&ours.sa_mask);
	sigaction(SIGPIPE, NULL, &before);
	if (before.sa_handler != SIG_IGN) {
		sigaction(SIGPIPE, &ours, NULL);
	}
}
