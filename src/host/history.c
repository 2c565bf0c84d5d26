#include "host/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/file.h"
#include "output/place.h"

/* Whether `path` is still the open file: another process may have replaced it by a shorter one. */
static bool is_at(int fd, const char *path)
{
	struct stat ours, there;
	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino;
}

/* The file at `place`, made when there is none; -1 with errno. */
static int open_at(const struct shot_place *place)
{
	const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	switch (place->kind) {
	case SHOT_PLACE_FREE:
		return openat(place->folder, place->name, flags | O_CREAT, 0600);
	case SHOT_PLACE_FILE:
		return openat(place->folder, place->name, flags);
	default:
		errno = EINVAL; /* a device keeps no lines, and a pipe's reader may block */
		return -1;
	}
}

/* The file, locked; -1. */
static int open_locked(const char *path, struct shot_error *err)
{
	for (;;) {
		struct shot_place place;
		if (!shot_place_find(path, true, &place, err)) {
			return -1;
		}
		int fd = open_at(&place);
		int number = errno;
		shot_place_finish(&place);
		if (fd < 0) {
			shot_place_fail(err, number, path);
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

/* The start of the last `most` lines; `data` itself when there are not twice as many. */
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

/* Replaces a file that is too long by its last lines. A link stays a link, and the mode stays. */
static bool keep_short(int fd, const char *path, size_t most, struct shot_error *err)
{
	const struct shot_file_options options = {.mode = SHOT_MODE_USUAL};
	struct shot_path_buffer buffer;
	struct stat state;
	if (fstat(fd, &state) != 0) {
		return shot_place_fail(err, errno, path);
	}
	size_t size = (size_t)state.st_size;
	char *data = malloc(size + 1);
	bool ok = data && pread(fd, data, size, 0) == (ssize_t)size;
	if (!ok) {
		shot_place_fail(err, data ? errno : ENOMEM, path);
	}
	const char *tail = ok ? tail_of(data, size, most) : data;
	if (ok && tail > data) {
		snprintf(buffer.text, sizeof buffer.text, "%s", path);
		ok = shot_file_save_all(
			&buffer, tail, size - (size_t)(tail - data), &options, NULL, err);
	}
	free(data);
	return ok;
}

bool shot_history_append(const char *path, const char *line, size_t most, struct shot_error *err)
{
	char *text = NULL;
	int length = asprintf(&text, "%s\n", line);
	if (length < 0) {
		return shot_place_fail(err, ENOMEM, path);
	}
	int fd = open_locked(path, err), number = 0;
	if (fd >= 0) {
		number = shot_write_file(fd, text, (size_t)length, false);
	}
	free(text);
	bool ok = fd >= 0 &&
		  (number ? shot_place_fail(err, number, path) : keep_short(fd, path, most, err));
	if (fd >= 0) {
		close(fd);
	}
	return ok;
}
