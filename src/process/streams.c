#include "process/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "base/thread.h"

enum { CHUNK = 64 << 10 };

/* One direction. Lives as long as its thread. */
struct carrier {
	int from, to;
	bool is_output;	     /* of the child: `from` is the socket */
	int done;	     /* an eventfd */
	int failed;	     /* the errno that ended it */
	atomic_bool is_over; /* set by the first of thread and owner to finish with it; the second
				frees it */
};

struct terminal {
	bool is_one;
	int flags;
	struct termios settings;
};

struct shot_streams {
	int child[3];	  /* the child's new descriptors, -1: it keeps its own */
	int ours[3];	  /* the other end of each, -1: none */
	unsigned outputs; /* running carriers of output */
	int done;	  /* an eventfd that counts those that have ended */
	struct carrier *carriers[3];
	struct terminal terminals[3];
};

/* Whether two descriptors share an open file; if the kernel cannot tell, whether they share a file.
 * */
static bool are_one(int first, int second)
{
	pid_t self = getpid();
	long order = syscall(SYS_kcmp, self, self, KCMP_FILE, first, second);
	struct stat a, b;
	return order >= 0 ? order == 0
			  : fstat(first, &a) == 0 && fstat(second, &b) == 0 &&
				    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static void close_if_open(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

static void close_ends(int ends[3])
{
	if (ends[2] == ends[1]) {
		ends[2] = -1;
	}
	for (int fd = 0; fd < 3; fd++) {
		close_if_open(&ends[fd]);
	}
}

static void release(struct carrier *carrier)
{
	if (atomic_exchange(&carrier->is_over, true)) {
		close(carrier->is_output ? carrier->from : carrier->to);
		close(carrier->done);
		free(carrier);
	}
}

static void destroy(struct shot_streams *streams)
{
	close_ends(streams->child);
	close_ends(streams->ours);
	close_if_open(&streams->done);
	for (int fd = 0; fd < 3; fd++) {
		if (streams->carriers[fd]) {
			release(streams->carriers[fd]);
		}
	}
	free(streams);
}

static bool connect_ends(struct shot_streams *streams, int fd)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		return false;
	}
	streams->ours[fd] = ends[0];
	streams->child[fd] = ends[1];
	/* No data flows in the opposite direction. */
	shutdown(ends[0], fd == STDIN_FILENO ? SHUT_RD : SHUT_WR);
	return true;
}

static bool make(struct shot_streams *streams, bool reads_input)
{
	streams->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (streams->done < 0) {
		return false;
	}
	for (int fd = 0; fd < 3; fd++) {
		struct terminal *terminal = &streams->terminals[fd];
		terminal->is_one = tcgetattr(fd, &terminal->settings) == 0;
		terminal->flags = fcntl(fd, F_GETFL);
	}
	if (!reads_input) {
		streams->child[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	} else if (!streams->terminals[0].is_one) {
		connect_ends(streams, STDIN_FILENO);
	}
	for (int fd = 1; fd < 3; fd++) {
		if (streams->terminals[fd].is_one) {
			continue;
		} else if (fd == 2 && streams->child[1] >= 0 && are_one(1, 2)) {
			streams->child[2] = streams->child[1];
		} else if (!connect_ends(streams, fd)) {
			return false;
		}
	}
	return streams->child[0] >= 0 || (reads_input && streams->terminals[0].is_one);
}

struct shot_streams *shot_streams_make(bool reads_input, struct shot_error *err)
{
	struct shot_streams *streams = calloc(1, sizeof *streams);
	if (streams) {
		for (int fd = 0; fd < 3; fd++) {
			streams->child[fd] = streams->ours[fd] = -1;
		}
		if (make(streams, reads_input)) {
			return streams;
		}
	}
	shot_fail_errno(err, errno, "cannot make the script's standard descriptors");
	if (streams) {
		destroy(streams);
	}
	return NULL;
}

void shot_streams_place(const struct shot_streams *streams)
{
	for (int fd = 0; fd < 3; fd++) {
		if (streams->child[fd] >= 0) {
			dup2(streams->child[fd], fd);
		}
	}
}

/* Writes all bytes; an errno, or 0. Either end may be non-blocking. */
static int write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);
		if (written >= 0) {
			bytes += written;
			size -= (size_t)written;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		} else if (errno != EINTR) {
			return errno;
		}
	}
	return 0;
}

static void *carry(void *argument)
{
	struct carrier *carrier = argument;
	char chunk[CHUNK];
	while (!carrier->failed) {
		ssize_t got = read(carrier->from, chunk, sizeof chunk);
		if (got > 0) {
			carrier->failed = write_all(carrier->to, chunk, (size_t)got);
		} else if (got == 0) {
			break;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){.fd = carrier->from, .events = POLLIN}, 1, -1);
		} else if (errno != EINTR) {
			carrier->failed = errno;
		}
	}
	/* The child sees the end of its input, or a broken pipe. */
	shutdown(carrier->is_output ? carrier->from : carrier->to, SHUT_RDWR);
	if (carrier->is_output) {
		eventfd_write(carrier->done, 1);
	}
	release(carrier);
	return NULL;
}

/* Starts a carrier, which takes this process's end from `streams`. An errno, or 0. */
static int start(struct shot_streams *streams, int fd)
{
	struct carrier *carrier = calloc(1, sizeof *carrier);
	int done = carrier ? fcntl(streams->done, F_DUPFD_CLOEXEC, 0) : -1;
	if (done < 0) {
		int failed = carrier ? errno : ENOMEM;
		free(carrier);
		return failed;
	}
	carrier->is_output = fd != STDIN_FILENO;
	carrier->from = carrier->is_output ? streams->ours[fd] : fd;
	carrier->to = carrier->is_output ? fd : streams->ours[fd];
	carrier->done = done;
	pthread_t thread;
	int failed = shot_thread_start(&thread, carry, carrier);
	if (failed) {
		close(done);
		free(carrier);
		return failed;
	}
	pthread_detach(thread);
	streams->ours[fd] = -1;
	streams->carriers[fd] = carrier;
	streams->outputs += carrier->is_output;
	return 0;
}

bool shot_streams_carry(struct shot_streams *streams, struct shot_error *err)
{
	int failed = 0;
	close_ends(streams->child);
	for (int fd = 0; fd < 3 && !failed; fd++) {
		failed = streams->ours[fd] >= 0 ? start(streams, fd) : 0;
	}
	return !failed || shot_fail_errno(err, failed, "cannot carry the script's output");
}

void shot_streams_end(struct shot_streams *streams)
{
	for (int fd = 1; fd < 3; fd++) {
		if (streams->carriers[fd]) {
			shutdown(streams->carriers[fd]->from, SHUT_RD);
		}
	}
}

int shot_streams_fd(const struct shot_streams *streams)
{
	return streams->done;
}

bool shot_streams_are_carried(struct shot_streams *streams)
{
	eventfd_t ended;
	if (eventfd_read(streams->done, &ended) == 0) {
		streams->outputs -= (unsigned)ended;
	}
	return streams->outputs == 0;
}

/* In the background, tcsetattr would stop this process. */
static void restore(int fd, const struct terminal *terminal)
{
	struct termios now;
	fcntl(fd, F_SETFL, terminal->flags);
	if (tcgetattr(fd, &now) == 0 && memcmp(&now, &terminal->settings, sizeof now) != 0 &&
		tcgetpgrp(fd) == getpgrp()) {
		tcsetattr(fd, TCSADRAIN, &terminal->settings);
	}
}

bool shot_streams_finish(struct shot_streams *streams, struct shot_error *err)
{
	static const char *const names[] = {"input", "output", "error"};
	bool ok = true;
	for (int fd = 0; fd < 3; fd++) {
		const struct carrier *carrier = streams->carriers[fd];
		if (streams->terminals[fd].is_one) {
			restore(fd, &streams->terminals[fd]);
		}
		if (carrier && carrier->is_output && carrier->failed && carrier->failed != EPIPE) {
			ok = shot_fail_errno(
				err, carrier->failed, "cannot write standard %s", names[fd]);
		}
	}
	destroy(streams);
	return ok;
}
