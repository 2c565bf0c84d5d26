#include "process/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wait.h"

struct answer {
	bool ok;
	struct shot_error err;
};

/* The copy has the program at the same address, so the pointer to the code's name is valid here. */
static _Noreturn void become_copy(
	bool (*attempt)(void *, struct shot_error *), void *argument, int answers, pid_t parent)
{
	struct answer answer = {0};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent) {
		answer.ok = attempt(argument, &answer.err);
	}
	_exit(write(answers, &answer, sizeof answer) != sizeof answer);
}

bool shot_attempt_run(bool (*attempt)(void *argument, struct shot_error *err), void *argument,
	int64_t deadline, const char *late, struct shot_error *err)
{
	int ends[2];
	struct answer answer;
	pid_t self = getpid(), copy = -1;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		return shot_fail_errno(err, errno, "cannot start a process");
	}
	copy = fork();
	int number = errno;
	if (copy == 0) {
		become_copy(attempt, argument, ends[1], self);
	}
	close(ends[1]);
	if (copy < 0) {
		close(ends[0]);
		return shot_fail_errno(err, number, "cannot start a process");
	}
	enum shot_wait wait;
	do {
		wait = shot_wait_readable(ends[0], -1, deadline);
	} while (wait == SHOT_WAIT_SIGNAL);
	bool ok = false;
	if (wait != SHOT_WAIT_READY) {
		shot_fail(err, "ETIMEDOUT", "%s", late);
	} else if (read(ends[0], &answer, sizeof answer) != sizeof answer) {
		shot_fail(err, "EIO", "an attempt in a process of its own ended early");
	} else {
		ok = answer.ok;
		*err = answer.err;
	}
	close(ends[0]);
	kill(copy, SIGKILL);
	while (waitpid(copy, NULL, 0) < 0 && errno == EINTR) {
	}
	return ok;
}
