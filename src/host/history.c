#include "host/history.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether `path` still is the open file: another process may have put a shorter one there. */
static bool is_at(int fd, const char *path)
{
	struct stat ours, there;
	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino;
}

/* The file, locked; -1 with errno. */
static int open_locked(const char *path)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0) {
			return -1;
		}
		while (flock(fd, LOCK_EX) != 0 && errno == EINTR) {
		}
		if (is_at(fd, path)) {
			return fd;
		}
		close(fd);
	}
}

static bool write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t count = write(fd, data, size);
		if (count < 0 && errno != EINTR) {
			return false;
		}
		if (count > 0) {
			data += count;
			size -= (size_t)count;
		}
	}
	return true;
}

/* Where the last `most` lines begin; `data` itself when there are not twice as many. */
static const char *tail_of(const char *data, size_t size, size_t most)
{
	size_t lines = 0;
	const char *from = data;
	for (const char *at = data + size; at > data; at--) {
		if (at[-1] == '\n' && lines++ == most) {
			from = at;
		}
	}
	return lines > 2 * most ? from : data;
}

/* Replace the file by its last lines. */
static bool shorten(const char *path, const char *data, size_t size)
{
	char other[PATH_MAX];
	if ((size_t)snprintf(other, sizeof other, "%s.XXXXXX", path) >= sizeof other) {
		errno = ENAMETOOLONG;
		return false;
	}
	int fd = mkostemp(other, O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	bool ok = write_all(fd, data, size) && rename(other, path) == 0;
	if (!ok) {
		unlink(other);
	}
	close(fd);
	return ok;
}

static bool keep_short(int fd, const char *path, size_t most)
{
	struct stat state;
	if (fstat(fd, &state) != 0) {
		return false;
	}
	size_t size = (size_t)state.st_size;
	char *data = malloc(size + 1);
	bool ok = data && pread(fd, data, size, 0) == (ssize_t)size;
	const char *tail = ok ? tail_of(data, size, most) : NULL;
	if (ok && tail > data) {
		ok = shorten(path, tail, size - (size_t)(tail - data));
	}
	free(data);
	return ok;
}

bool shot_history_append(const char *path, const char *line, size_t most, struct shot_error *err)
{
	int fd = open_locked(path);
	char *text = NULL;
	int length = asprintf(&text, "%s\n", line);
	bool ok = fd >= 0 && length > 0 && write_all(fd, text, (size_t)length) &&
		  keep_short(fd, path, most);
	int number = errno;
	if (length > 0) {
		free(text);
	}
	if (fd >= 0) {
		close(fd);
	}
	return ok || shot_fail_errno(err, number, "cannot write %s", path);
}
