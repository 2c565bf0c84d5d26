#include "process/landlock.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

/* The numbers of linux/landlock.h; older headers lack the newer ones. */
enum {
	CREATE_RULESET = 444,
	ADD_RULE,
	RESTRICT_SELF,
	PATH_BENEATH = 1,
	ASK_VERSION = 1,
};

#define RIGHT(number) (UINT64_C(1) << (number))

static const uint64_t write_file = RIGHT(1), read_file = RIGHT(2), read_folder = RIGHT(3),
		      remove_folder = RIGHT(4), remove_file = RIGHT(5), make_folder = RIGHT(7),
		      make_file = RIGHT(8), refer = RIGHT(13), truncate_file = RIGHT(14),
		      all_tcp = RIGHT(0) | RIGHT(1), all_scopes = RIGHT(0) | RIGHT(1);

struct ruleset {
	uint64_t files, net, scoped;
};

struct path_rule {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

/* The number of file rights that a version has. */
static int count_rights(int version)
{
	static const int counts[] = {13, 14, 15, 15, 16};
	int known = sizeof counts / sizeof *counts;
	return counts[(version < known ? version : known) - 1];
}

/* The structure grew with the versions. A kernel accepts a longer one if the rest is zero, but the
 * size of its own version always works. */
static size_t ruleset_size(int version)
{
	return version < 4 ? 8 : version < 6 ? 16 : 24;
}

int shot_landlock_version(struct shot_error *err)
{
	long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	if (version > 0) {
		return (int)version;
	}
	const char *reason = errno == ENOSYS ? "it is older than Linux 5.13 or built without"
			     : errno == EOPNOTSUPP
				     ? "it is switched off: see lsm= of the kernel's command line"
				     : "the container refuses it";
	shot_fail(err, "ENOTSUP", "this kernel offers no landlock (%s)", reason);
	return 0;
}

bool shot_landlock_enter(int folder, struct shot_error *err)
{
	int version = shot_landlock_version(err);
	if (!version) {
		return false;
	}
	const struct ruleset ruleset = {
		.files = RIGHT(count_rights(version)) - 1, .net = all_tcp, .scoped = all_scopes};
	const struct path_rule rule = {.parent = folder,
		.allowed = ruleset.files &
			   (write_file | read_file | read_folder | remove_folder | remove_file |
				   make_folder | make_file | refer | truncate_file)};
	int fd = (int)syscall(CREATE_RULESET, &ruleset, ruleset_size(version), 0);
	if (fd < 0) {
		return shot_fail_errno(err, errno, "cannot make landlock rules");
	}
	bool ok = syscall(ADD_RULE, fd, PATH_BENEATH, &rule, 0) == 0 &&
		  syscall(RESTRICT_SELF, fd, 0) == 0;
	int number = errno;
	close(fd);
	return ok || shot_fail_errno(err, number, "cannot enter landlock");
}
