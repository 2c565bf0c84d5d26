#include "process/xauthority.h"

#include <X11/Xauth.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

static char name[] = "MIT-MAGIC-COOKIE-1";

enum { COOKIE_SIZE = 16 };

/* Writes one entry that is valid for every host and display; an errno, or 0. */
static int write_entry(int fd, char cookie[COOKIE_SIZE])
{
	Xauth entry = {
		.family = FamilyWild,
		.name_length = sizeof name - 1,
		.name = name,
		.data_length = COOKIE_SIZE,
		.data = cookie,
	};
	FILE *file = fdopen(fd, "wb");
	if (!file) {
		int number = errno;
		close(fd);
		return number;
	}
	errno = ENOSPC;
	int number = XauWriteAuth(file, &entry) ? 0 : errno;
	errno = ENOSPC;
	return fclose(file) != 0 && number == 0 ? errno : number;
}

bool shot_xauthority_write(const char *path, struct shot_error *err)
{
	char cookie[COOKIE_SIZE];
	if (getrandom(cookie, COOKIE_SIZE, 0) != COOKIE_SIZE) {
		return shot_fail_errno(err, errno, "no random bytes for the X authority");
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		return shot_fail_errno(err, errno, "cannot make %s", path);
	}
	int number = write_entry(fd, cookie);
	if (number != 0) {
		unlink(path);
		return shot_fail_errno(err, number, "cannot write %s", path);
	}
	return true;
}
