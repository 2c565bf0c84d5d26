/* Preloaded, it ends a program that writes to a socket in a way that would get it SIGPIPE if the
 * peer had gone: without MSG_NOSIGNAL, in a thread that neither blocks nor handles that signal. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

static void check(int fd)
{
	struct stat file;
	struct sigaction action;
	sigset_t blocked;
	bool is_socket = fstat(fd, &file) == 0 && S_ISSOCK(file.st_mode);
	sigaction(SIGPIPE, NULL, &action);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	if (is_socket && action.sa_handler == SIG_DFL && !sigismember(&blocked, SIGPIPE)) {
		fprintf(stderr, "a bare write to socket %d\n", fd);
		abort();
	}
}

__attribute__((visibility("default"))) ssize_t writev(int fd, const struct iovec *pieces, int count)
{
	ssize_t (*next)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
	check(fd);
	return next(fd, pieces, count);
}

__attribute__((visibility("default"))) ssize_t sendmsg(
	int fd, const struct msghdr *message, int flags)
{
	ssize_t (*next)(int, const struct msghdr *, int) = dlsym(RTLD_NEXT, "sendmsg");
	if (!(flags & MSG_NOSIGNAL)) {
		check(fd);
	}
	return next(fd, message, flags);
}
