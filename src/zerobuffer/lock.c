#include "zerobuffer/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TRIES 25 /* of 2 ms each */

/* Whether nobody removes the files of others from the folder, except its owner and root. A folder
 * of this user that lacks the sticky bit gets it. */
static bool keeps_files(int folder)
{
	struct stat status;
	if (fstat(folder, &status) < 0) {
		return false;
	}
	bool is_own = status.st_uid == geteuid();
	bool is_private =
		(is_own || status.st_uid == 0) && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
	return is_private || status.st_mode & S_ISVTX ||
	       (is_own && fchmod(folder, (status.st_mode & 07777) | S_ISVTX) == 0);
}

/* Opens `path` below `folder`, and closes that; the last part is made if it is missing. `*is_safe`
 * becomes false for a folder in which others can remove files. */
static int descend(int folder, const char *path, bool *is_safe)
{
	size_t length = strcspn(path, "/");
	bool is_last = path[length] == '\0';
	char part[NAME_MAX + 1];
	if (folder < 0 || length >= sizeof part) {
		return -1;
	}
	memcpy(part, path, length);
	part[length] = '\0';
	bool is_made = is_last && mkdirat(folder, part, 01777) == 0;
	int inner = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (inner >= 0 && is_made) {
		fchmod(inner, 01777); /* restores the bits that the umask removed */
	}
	int number = errno;
	close(folder);
	if (inner >= 0 && !keeps_files(inner)) {
		*is_safe = false;
		close(inner);
		inner = -1;
	}
	errno = number;
	return is_last ? inner : descend(inner, path + length + 1, is_safe);
}

/* Whether the name still leads to the locked file: another process may have removed it between
 * opening and locking. */
static bool is_same_file(int folder, const char *name, int file)
{
	struct stat named, locked;
	return fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(file, &locked) == 0 && named.st_ino == locked.st_ino &&
	       named.st_dev == locked.st_dev && S_ISREG(locked.st_mode);
}

/* One try: the locked file, or -1 and errno; EAGAIN = worth another try. */
static int try_file(int folder, const char *name)
{
	int file =
		openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (file < 0) {
		return -1;
	}
	struct stat status;
	bool ours = fstat(file, &status) == 0 && status.st_uid == geteuid();
	if (ours && flock(file, LOCK_EX | LOCK_NB) == 0 && is_same_file(folder, name, file)) {
		return file;
	}
	close(file);
	errno = ours ? EAGAIN : EACCES;
	return -1;
}

bool zb_lock_take(struct zb_lock *lock, const char *base, const char *folder, const char *name,
	struct shot_error *err)
{
	*lock = ZB_LOCK_NONE;
	bool is_safe = true;
	int opened = descend(open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC), folder, &is_safe);
	if (!is_safe) {
		return shot_fail(err, "EACCES",
			"other users can remove the locks in %s/%s: set its mode to 1777, or remove it",
			base, folder);
	}
	if (opened < 0) {
		return shot_fail_errno(
			err, errno, "cannot open the lock folder %s/%s", base, folder);
	}
	int file = try_file(opened, name);
	for (int i = 1; file < 0 && errno == EAGAIN && i < TRIES; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
		file = try_file(opened, name);
	}
	if (file < 0) {
		int number = errno;
		close(opened);
		return number == EAGAIN
			       ? shot_fail(err, "EEXIST", "%s/%s/%s is locked", base, folder, name)
			       : shot_fail_errno(
					 err, number, "cannot lock %s/%s/%s", base, folder, name);
	}
	lock->folder = opened;
	lock->file = file;
	snprintf(lock->name, sizeof lock->name, "%s", name);
	return true;
}

void zb_lock_drop(struct zb_lock *lock)
{
	if (lock->folder < 0) {
		return;
	}
	struct stat status;
	if (fstat(lock->file, &status) == 0 && status.st_size == 0) {
		unlinkat(lock->folder, lock->name, 0);
	}
	zb_lock_leave(lock);
}

void zb_lock_leave(struct zb_lock *lock)
{
	if (lock->folder >= 0) {
		close(lock->file);
		close(lock->folder);
		*lock = ZB_LOCK_NONE;
	}
}
