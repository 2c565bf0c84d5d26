#include "process/xauthority.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define NAME "MIT-MAGIC-COOKIE-1"

enum { COOKIE_SIZE = 16 };

/* Lengths are 16 bits, most significant byte first. Family 0xffff with no address and no display
 * number is the wildcard. */
struct entry {
	uint8_t family[2];
	uint8_t address_length[2];
	uint8_t number_length[2];
	uint8_t name_length[2];
	char name[sizeof NAME - 1];
	uint8_t data_length[2];
	uint8_t data[COOKIE_SIZE];
} __attribute__((packed));

bool shot_authority_write(const char *path, struct shot_error *err)
{
	struct entry entry = {
		.family = {0xff, 0xff},
		.name_length = {0, sizeof entry.name},
		.data_length = {0, COOKIE_SIZE},
	};
	memcpy(entry.name, NAME, sizeof entry.name);
	if (getrandom(entry.data, COOKIE_SIZE, 0) != COOKIE_SIZE) {
		return shot_fail_errno(err, errno, "no random bytes for the X authority");
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		return shot_fail_errno(err, errno, "cannot make %s", path);
	}
	ssize_t written = write(fd, &entry, sizeof entry);
	int number = written < 0 ? errno : ENOSPC;
	close(fd);
	if (written != sizeof entry) {
		unlink(path);
		return shot_fail_errno(err, number, "cannot write %s", path);
	}
	return true;
}
