#include "output/mode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Global, because the sandbox is a property of the process. */
static atomic_bool is_forbidden;

void shot_mode_forbid(void)
{
	is_forbidden = true;
}

bool shot_mode_is_forbidden(void)
{
	return is_forbidden;
}

int shot_mode_set(int fd, mode_t mode)
{
	struct stat info;
	if (fstat(fd, &info) != 0) {
		return errno;
	}
	if ((info.st_mode & SHOT_PERMISSIONS) == mode) {
		return 0;
	}
	if (is_forbidden) {
		return ENOTSUP;
	}
	return fchmod(fd, mode) != 0 ? errno : 0;
}

int shot_mode_copy(int fd, const struct stat *other, mode_t mode)
{
	struct stat info;
	if (fstat(fd, &info) != 0) {
		return errno;
	}
	bool same_owner = info.st_uid == other->st_uid, same_group = info.st_gid == other->st_gid;
	if (!same_owner || !same_group) {
		if (is_forbidden) {
			return ENOTSUP;
		}
		if (fchown(fd, same_owner ? (uid_t)-1 : other->st_uid,
			    same_group ? (gid_t)-1 : other->st_gid) != 0) {
			return errno;
		}
	}
	return shot_mode_set(fd, mode);
}

/* Whether the file has properties beyond mode, owner and group: access rights for further users, or
 * extended attributes. */
bool shot_mode_is_lossy(int folder, const char *name)
{
	char path[32], names[4096];
	int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	ssize_t size = listxattr(path, names, sizeof names);
	bool many = size < 0 && errno == ERANGE, found = false;
	close(fd);
	for (const char *at = names; !found && at < names + size; at += strlen(at) + 1) {
		found = strncmp(at, "user.", 5) == 0 || strncmp(at, "system.posix_acl", 16) == 0;
	}
	return many || found;
}
