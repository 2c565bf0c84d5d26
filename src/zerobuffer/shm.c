#include "zerobuffer/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/segment.h"
#include "zerobuffer/name.h"

static bool is_ours(const struct stat *status, const char *path, struct shot_error *err)
{
	if (!S_ISREG(status->st_mode)) {
		return shot_fail(err, "ECORRUPT", "%s is not a regular file", path);
	}
	return status->st_uid == geteuid() ||
	       shot_fail(err, "EACCES", "%s belongs to another user (uid %u, this is %u)", path,
		       (unsigned)status->st_uid, (unsigned)geteuid());
}

int zb_shm_open(const char *path, int flags, struct stat *status, const char *label,
	const char *name, struct shot_error *err)
{
	int fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		shot_fail_errno(err, errno, "cannot open %s %s", label, name);
		return -1;
	}
	bool known = fstat(fd, status) == 0 ||
		     shot_fail_errno(err, errno, "cannot look at %s %s", label, name);
	if (!known || !is_ours(status, path, err)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int reserve(int fd, size_t size)
{
	int failed = shot_segment_check_limit(size);
	if (failed) {
		return failed;
	}
	do {
		failed = posix_fallocate(fd, 0, (off_t)size);
	} while (failed == EINTR);
	return failed;
}

int zb_shm_make(size_t size, const char *label, const char *name, struct shot_error *err)
{
	int fd = open(ZB_SHM_FOLDER, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0) {
		shot_fail_errno(err, errno, "cannot create %s %s in " ZB_SHM_FOLDER, label, name);
		return -1;
	}
	int failed = reserve(fd, size);
	if (failed) {
		shot_fail_errno(err, failed, "cannot reserve %zu bytes for %s %s in " ZB_SHM_FOLDER,
			size, label, name);
		close(fd);
		return -1;
	}
	return fd;
}

bool zb_shm_name(
	int fd, const char *path, const char *label, const char *name, struct shot_error *err)
{
	char link[32];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ||
	       shot_fail_errno(err, errno, "cannot name %s %s", label, name);
}
