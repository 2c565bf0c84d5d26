/* Runs a program on a kernel that lacks something, as older ones do, and containers:
 *   luashot_without landlock | seccomp | listener | memfd  PROGRAM [ARGUMENT …]
 * "listener": seccomp filters are there, but none can have a listener, because there is one
 * already. */
#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LANDLOCK_CREATE_RULESET = 444, NEW_LISTENER = 1 << 3 };

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int failed = EINVAL;
	if (argc > 2 && strcmp(argv[1], "landlock") == 0) {
		failed = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(ENOSYS), LANDLOCK_CREATE_RULESET, 0);
	} else if (argc > 2 && strcmp(argv[1], "seccomp") == 0) {
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0);
	} else if (argc > 2 && strcmp(argv[1], "listener") == 0) {
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EBUSY), SCMP_SYS(seccomp), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, NEW_LISTENER, NEW_LISTENER));
	} else if (argc > 2 && strcmp(argv[1], "memfd") == 0) {
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(memfd_create), 0);
	}
	if (failed || seccomp_load(filter) < 0) {
		fprintf(stderr,
			"usage: luashot_without landlock|seccomp|listener|memfd program …\n");
		return 2;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
