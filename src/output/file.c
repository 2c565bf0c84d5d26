#include "output/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h> /* RENAME_NOREPLACE, which stdio.h of glibc alone has */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TEMPORARY_NAME 32
#define SHOWN_PATH 160

struct target {
	const char *path;     /* as asked for */
	const char *base;     /* the name in the folder */
	int folder;	      /* descriptor */
	char taken[PATH_MAX]; /* the name in the folder that it got */
};

/* Of a long path the end, which tells more, so that the reason stays in the message. */
static bool fail(struct shot_error *err, int number, const char *path)
{
	size_t length = strlen(path);
	bool cut = length > SHOWN_PATH;
	return shot_fail_errno(err, number, "cannot write %s%s", cut ? "..." : "",
		path + (cut ? length - SHOWN_PATH : 0));
}

bool shot_file_write(
	int fd, const char *name, const void *data, size_t size, struct shot_error *err)
{
	const uint8_t *at = data;
	while (size > 0) {
		ssize_t written = write(fd, at, size);
		if (written >= 0) {
			at += written;
			size -= (size_t)written;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		} else if (errno != EINTR) {
			return fail(err, errno, name);
		}
	}
	return true;
}

/* A device, a pipe: it stays what it is. Opened without waiting for a FIFO's reader. */
static bool write_special(const char *path, const void *data, size_t size, struct shot_error *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		return fail(err, errno, path);
	}
	bool ok = shot_file_write(fd, path, data, size, err);
	if (close(fd) < 0 && ok) {
		ok = fail(err, errno, path);
	}
	return ok;
}

/* Open a new file with a name of its own in `folder`. */
static int open_temporary(int folder, char name[TEMPORARY_NAME])
{
	int fd;
	do {
		uint64_t random;
		if (getrandom(&random, sizeof random, 0) != sizeof random) {
			return -1;
		}
		snprintf(name, TEMPORARY_NAME, ".luashot-%016" PRIx64, random);
		fd = openat(
			folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	} while (fd < 0 && errno == EEXIST);
	return fd;
}

/* Give `from` the name `to` unless that is taken; an errno, or 0. Not every file system knows the
 * flag, and not every one knows links. */
static int rename_new(int folder, const char *from, const char *to)
{
	if (syscall(SYS_renameat2, folder, from, folder, to, RENAME_NOREPLACE) == 0) {
		return 0;
	}
	if (errno != EINVAL && errno != ENOSYS) {
		return errno;
	}
	if (linkat(folder, from, folder, to, 0) < 0) {
		return errno;
	}
	return unlinkat(folder, from, 0) < 0 ? errno : 0;
}

/* Try base_1.png, base_2.png, … */
static int rename_numbered(struct target *target, const char *temporary)
{
	const char *base = target->base, *dot = strrchr(base, '.');
	const char *extension = dot && dot != base ? dot : base + strlen(base);
	int number = 0, failed;
	while ((failed = rename_new(target->folder, temporary, target->taken)) == EEXIST) {
		snprintf(target->taken, sizeof target->taken, "%.*s_%d%s", (int)(extension - base),
			base, ++number, extension);
	}
	return failed;
}

/* Give the temporary file its name; an errno, or 0. */
static int place(struct target *target, const char *temporary, enum shot_clobber clobber)
{
	snprintf(target->taken, sizeof target->taken, "%s", target->base);
	switch (clobber) {
	case SHOT_CLOBBER_NUMBER:
		return rename_numbered(target, temporary);
	case SHOT_CLOBBER_ERROR:
		return rename_new(target->folder, temporary, target->base);
	default:
		return renameat(target->folder, temporary, target->folder, target->base) < 0 ? errno
											     : 0;
	}
}

static bool save(struct target *target, const void *data, size_t size, enum shot_clobber clobber,
	struct shot_error *err)
{
	char temporary[TEMPORARY_NAME];
	int fd = open_temporary(target->folder, temporary);
	if (fd < 0) {
		return fail(err, errno, target->path);
	}
	bool ok = shot_file_write(fd, target->path, data, size, err);
	if (close(fd) < 0 && ok) {
		ok = fail(err, errno, target->path);
	}
	if (ok) {
		int failed = place(target, temporary, clobber);
		ok = failed == 0 || fail(err, failed, target->path);
	}
	if (!ok) {
		unlinkat(target->folder, temporary, 0);
	}
	return ok;
}

/* Split `path` (which is written to) into an open folder and a base name. */
static bool open_target(struct target *target, char *path, struct shot_error *err)
{
	char *slash = strrchr(path, '/');
	target->base = slash ? slash + 1 : path;
	const char *folder = ".";
	if (slash) {
		*slash = '\0';
		folder = slash == path ? "/" : path;
	}
	target->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return target->folder >= 0 || fail(err, errno, target->path);
}

bool shot_file_save(struct shot_path_buffer *path, const void *data, size_t size,
	enum shot_clobber clobber, struct shot_error *err)
{
	struct target target = {.path = path->text};
	struct shot_path_buffer resolved;
	struct stat info;
	bool exists = stat(path->text, &info) == 0;
	if (!exists && errno != ENOENT) {
		return fail(err, errno, path->text);
	}
	if (exists && S_ISDIR(info.st_mode)) {
		return fail(err, EISDIR, path->text);
	}
	if (exists && !S_ISREG(info.st_mode)) {
		return write_special(path->text, data, size, err);
	}
	bool follow = exists && clobber == SHOT_CLOBBER_REPLACE;
	if (!follow || !realpath(path->text, resolved.text)) {
		resolved = *path;
	}
	if (!open_target(&target, resolved.text, err)) {
		return false;
	}
	bool ok = save(&target, data, size, clobber, err);
	close(target.folder);
	if (ok && clobber == SHOT_CLOBBER_NUMBER) {
		char *slash = strrchr(path->text, '/');
		char *base = slash ? slash + 1 : path->text;
		size_t room = sizeof path->text - (size_t)(base - path->text);
		snprintf(base, room, "%s", target.taken);
	}
	return ok;
}
