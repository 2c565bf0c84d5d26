#include "process/sigpipe.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* A handler and not SIG_IGN, because exec preserves SIG_IGN. */
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

static void on_large_file(int number)
{
	(void)number;
}

/* An ignored signal stays ignored. */
static void handle(int number, void (*handler)(int))
{
	struct sigaction before, ours = {.sa_handler = handler, .sa_flags = SA_RESTART};
	sigemptyset(&ours.sa_mask);
	sigaction(number, NULL, &before);
	if (before.sa_handler != SIG_IGN) {
		sigaction(number, &ours, NULL);
	}
}

void shot_sigpipe_start(void)
{
	handle(SIGPIPE, on_broken_pipe);
	handle(SIGXFSZ, on_large_file);
}
