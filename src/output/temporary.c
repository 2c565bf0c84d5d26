#include "output/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h> /* RENAME_NOREPLACE, which stdio.h of glibc alone has */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define PREFIX ".luashot-"
#define DIGITS 16
#define OLD (5 * 60)			  /* seconds */
#define SWEEP_EVERY (600 * SHOT_NS_PER_S) /* ns */

static int make_name(struct shot_temporary *temporary)
{
	uint64_t random;
	if (getrandom(&random, sizeof random, 0) != sizeof random) {
		return errno;
	}
	snprintf(temporary->name, sizeof temporary->name, PREFIX "%0*" PRIx64, DIGITS, random);
	return 0;
}

static bool is_temporary(const char *name)
{
	size_t prefix = strlen(PREFIX);
	if (strncmp(name, PREFIX, prefix) != 0 || strlen(name) != prefix + DIGITS) {
		return false;
	}
	return strspn(name + prefix, "0123456789abcdef") == DIGITS;
}

static int make_named(struct shot_temporary *temporary, mode_t mode)
{
	int failed;
	do {
		failed = make_name(temporary);
		if (!failed) {
			temporary->fd = openat(temporary->folder, temporary->name,
				O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
			failed = temporary->fd < 0 ? errno : 0;
		}
	} while (failed == EEXIST);
	if (failed) {
		*temporary->name = '\0';
	}
	return failed;
}

int shot_temporary_make(struct shot_temporary *temporary, int folder, mode_t mode, bool named)
{
	*temporary = (struct shot_temporary){.folder = folder, .fd = -1};
	if (!named) {
		temporary->fd = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
	}
	/* File systems and kernels without O_TMPFILE return different errors. */
	return temporary->fd >= 0 ? 0 : make_named(temporary, mode);
}

static int link_as(const struct shot_temporary *temporary, const char *name)
{
	char own[32];
	snprintf(own, sizeof own, "/proc/self/fd/%d", temporary->fd);
	return linkat(AT_FDCWD, own, temporary->folder, name, AT_SYMLINK_FOLLOW) < 0 ? errno : 0;
}

/* Some file systems lack the flag, others lack links. */
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

/* Gives a file without a name a temporary one. */
static int name_it(struct shot_temporary *temporary)
{
	int failed;
	do {
		failed = make_name(temporary);
		if (!failed) {
			failed = link_as(temporary, temporary->name);
		}
	} while (failed == EEXIST);
	if (failed) {
		*temporary->name = '\0';
	}
	return failed;
}

static int place(struct shot_temporary *temporary, const char *name, bool replace)
{
	int folder = temporary->folder, failed = 0;
	if (*temporary->name == '\0') {
		failed = link_as(temporary, name);
		if (failed != EEXIST || !replace) {
			return failed;
		}
		failed = name_it(temporary);
	}
	if (failed || !replace) {
		return failed ? failed : rename_new(folder, temporary->name, name);
	}
	return renameat(folder, temporary->name, folder, name) < 0 ? errno : 0;
}

/* A network file system can report failed writes only now. */
static int close_named(struct shot_temporary *temporary)
{
	int fd = temporary->fd;
	temporary->fd = -1;
	return fd >= 0 && close(fd) < 0 ? errno : 0;
}

int shot_temporary_place(struct shot_temporary *temporary, const char *name, bool replace)
{
	int failed = *temporary->name ? close_named(temporary) : 0;
	if (!failed) {
		failed = place(temporary, name, replace);
	}
	if (!failed) {
		*temporary->name = '\0';
		shot_temporary_drop(temporary);
	}
	return failed;
}

void shot_temporary_drop(struct shot_temporary *temporary)
{
	if (*temporary->name) {
		unlinkat(temporary->folder, temporary->name, 0);
		*temporary->name = '\0';
	}
	if (temporary->fd >= 0) {
		close(temporary->fd);
		temporary->fd = -1;
	}
}

/* Whether the folder is due for a sweep. The list of the last swept folders is the process's,
 * because several threads save at a time. */
static bool is_due(int folder)
{
	static struct {
		dev_t device;
		ino_t number;
		int64_t next;
	} swept[8];
	static unsigned oldest;
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	enum { COUNT = sizeof swept / sizeof *swept };
	struct stat info;
	if (fstat(folder, &info) != 0) {
		return false;
	}
	int64_t now = shot_clock_ns();
	pthread_mutex_lock(&lock);
	unsigned i = 0;
	while (i < COUNT && !(swept[i].next && swept[i].device == info.st_dev &&
				    swept[i].number == info.st_ino)) {
		i++;
	}
	bool due = i == COUNT || swept[i].next <= now;
	if (i == COUNT) {
		i = oldest++ % COUNT;
		swept[i].device = info.st_dev;
		swept[i].number = info.st_ino;
	}
	if (due) {
		swept[i].next = now + SWEEP_EVERY;
	}
	pthread_mutex_unlock(&lock);
	return due;
}

void shot_temporary_sweep(int folder)
{
	if (!is_due(folder)) {
		return;
	}
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = fd < 0 ? NULL : fdopendir(fd);
	if (!names) {
		if (fd >= 0) {
			close(fd);
		}
		return;
	}
	time_t old = time(NULL) - OLD;
	for (struct dirent *one; (one = readdir(names));) {
		struct stat info;
		if (is_temporary(one->d_name) &&
			fstatat(folder, one->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(info.st_mode) && info.st_uid == geteuid() && info.st_mtime < old) {
			unlinkat(folder, one->d_name, 0);
		}
	}
	closedir(names);
}
