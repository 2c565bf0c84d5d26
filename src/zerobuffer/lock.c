#include "zerobuffer/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TRIES 25 /* of 2 ms each */

static int open_folder(const char *path, struct shot_error *err)
{
	bool made = mkdir(path, 01777) == 0;
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0) {
		shot_fail_errno(err, errno, "cannot open the lock folder %s", path);
	} else if (made) {
		fchmod(folder, 01777); /* restores the bits that the umask removed */
	}
	return folder;
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

bool zb_lock_take(
	struct zb_lock *lock, const char *folder, const char *name, struct shot_error *err)
{
	*lock = ZB_LOCK_NONE;
	int opened = open_folder(folder, err);
	if (opened < 0) {
		return false;
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
			       ? shot_fail(err, "EEXIST", "%s/%s is locked", folder, name)
			       : shot_fail_errno(err, number, "cannot lock %s/%s", folder, name);
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
	unlinkat(lock->folder, lock->name, 0);
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
