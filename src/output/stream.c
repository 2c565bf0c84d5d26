#include "output/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/place.h"
#include "output/quiet.h"

#define PATIENCE 1000 /* ms */

static bool is_patient(int fd)
{
	return !(fcntl(fd, F_GETFL) & O_NONBLOCK);
}

void shot_stream_begin(struct shot_stream *stream, int fd, bool is_own, bool is_synced,
	const char *name, const void *data, size_t size)
{
	struct stat info = {0};
	fstat(fd, &info);
	*stream = (struct shot_stream){
		.at = data,
		.left = size,
		.name = name,
		.fd = fd,
		.ready = -1,
		.is_own = is_own,
		.is_synced = is_synced,
		.is_socket = S_ISSOCK(info.st_mode),
		.may_block = (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode)) && is_patient(fd),
	};
}

static bool has_room(int fd, int timeout)
{
	return poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, timeout) > 0;
}

/* Other holders of the descriptor may rely on blocking writes, so its mode stays: a pipe that poll
 * reports as writable takes PIPE_BUF bytes at once. */
static ssize_t write_some(const struct shot_stream *stream)
{
	size_t size = stream->left;
	if (stream->is_socket) {
		return send(stream->fd, stream->at, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	if (!stream->may_block) {
		return write(stream->fd, stream->at, size);
	}
	if (!has_room(stream->fd, 0)) {
		errno = EAGAIN;
		return -1;
	}
	return write(stream->fd, stream->at, size < PIPE_BUF ? size : PIPE_BUF);
}

/* A pipe or a terminal has nothing to sync. */
static bool sync_it(const struct shot_stream *stream)
{
	return fsync(stream->fd) == 0 || errno == EINVAL || errno == ENOTSUP;
}

bool shot_stream_write(struct shot_stream *stream, struct shot_error *err)
{
	struct shot_quiet quiet;
	shot_quiet_begin(&quiet);
	ssize_t written = 0;
	while (stream->left > 0 && written >= 0) {
		written = write_some(stream);
		if (written >= 0) {
			stream->at += written;
			stream->left -= (size_t)written;
		} else if (errno == EINTR) {
			written = 0;
		}
	}
	int number = written < 0 ? errno : 0;
	if (!number && stream->is_synced && !sync_it(stream)) {
		number = errno;
	}
	shot_quiet_end(&quiet);
	return !number || number == EAGAIN || shot_place_fail(err, number, stream->name);
}

int shot_stream_wait_fd(struct shot_stream *stream, struct shot_error *err)
{
	if (stream->ready < 0) {
		struct epoll_event room = {.events = EPOLLOUT};
		stream->ready = epoll_create1(EPOLL_CLOEXEC);
		if (stream->ready < 0 ||
			epoll_ctl(stream->ready, EPOLL_CTL_ADD, stream->fd, &room) != 0) {
			shot_place_fail(err, errno, stream->name);
			return -1;
		}
	}
	return stream->ready;
}

/* Waits for room; false when the wait was given up. */
static bool wait_for_room(const struct shot_stream *stream, struct shot_stop *stop)
{
	struct pollfd fds[] = {{.fd = stream->fd, .events = POLLOUT},
		{.fd = stop ? stop->fd : -1, .events = POLLIN}};
	while (poll(fds, 2, -1) < 0) {
	}
	if (fds[0].revents || has_room(stream->fd, stop->is_end ? 0 : PATIENCE)) {
		return true;
	}
	stop->is_end = true;
	return false;
}

bool shot_stream_finish(struct shot_stream *stream, struct shot_stop *stop, struct shot_error *err)
{
	while (stream->left > 0) {
		if (!shot_stream_write(stream, err)) {
			return false;
		}
		if (stream->left > 0 && !wait_for_room(stream, stop)) {
			return shot_place_fail(err, ETIMEDOUT, stream->name);
		}
	}
	return true;
}

int shot_write_file(int fd, const void *data, size_t size, bool is_synced)
{
	struct shot_quiet quiet;
	shot_quiet_begin(&quiet);
	const uint8_t *at = data;
	int failed = 0;
	while (size > 0 && !failed) {
		ssize_t written = write(fd, at, size);
		if (written >= 0) {
			at += written;
			size -= (size_t)written;
		} else if (errno != EINTR) {
			failed = errno;
		}
	}
	if (!failed && is_synced && fsync(fd) != 0) {
		failed = errno;
	}
	shot_quiet_end(&quiet);
	return failed;
}

void shot_stream_close(struct shot_stream *stream)
{
	if (stream->ready >= 0) {
		close(stream->ready);
		stream->ready = -1;
	}
	if (stream->is_own && stream->fd >= 0) {
		close(stream->fd);
	}
	stream->fd = -1;
	stream->left = 0;
}
