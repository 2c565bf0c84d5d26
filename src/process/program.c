#include "process/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_NOT_FOUND 127
#define STATUS_NOT_RUN 126
#define STATUS_SIGNAL 128

/* Between fork and exec: `told` receives the reason when exec fails, and closes when it succeeds.
 * */
static _Noreturn void become(char *const argv[], pid_t parent, int told, const sigset_t *mask)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent) {
		sigprocmask(SIG_SETMASK, mask, NULL);
		execvp(argv[0], argv);
		int reason = errno;
		ssize_t ignored = write(told, &reason, sizeof reason);
		(void)ignored;
	}
	_exit(EXIT_FAILURE);
}

/* Waits for its end, and passes on signals, except the terminal's, which the kernel sends to both.
 * */
static int attend(pid_t pid, const sigset_t *signals)
{
	int status = 0;
	pid_t ended;
	while ((ended = waitpid(pid, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
		siginfo_t info;
		int signal = sigwaitinfo(signals, &info);
		if (signal > 0 && signal != SIGCHLD && info.si_code <= 0) {
			kill(pid, signal);
		}
	}
	return WIFSIGNALED(status) ? STATUS_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

static int read_reason(int told)
{
	int reason = 0;
	ssize_t got;
	do {
		got = read(told, &reason, sizeof reason);
	} while (got < 0 && errno == EINTR);
	return got == sizeof reason ? reason : 0;
}

bool shot_program_run(char *const argv[], int *status, struct shot_error *err)
{
	static const int passed[] = {SIGCHLD, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
	sigset_t signals, before;
	int told[2];
	signal(SIGCHLD,
		SIG_DFL); /* if it were ignored, the kernel would discard the program's status */
	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) {
		sigaddset(&signals, passed[i]);
	}
	*status = STATUS_NOT_RUN;
	if (pipe2(told, O_CLOEXEC) < 0) {
		return shot_fail_errno(err, errno, "cannot run %s", argv[0]);
	}
	sigprocmask(SIG_BLOCK, &signals, &before);
	pid_t self = getpid(), pid = fork();
	int failed = errno;
	if (pid == 0) {
		become(argv, self, told[1], &before);
	}
	close(told[1]);
	if (pid > 0) {
		failed = read_reason(told[0]);
		*status = attend(pid, &signals);
	}
	close(told[0]);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (failed) {
		*status = failed == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN;
		return shot_fail_errno(err, failed, "cannot run %s", argv[0]);
	}
	return true;
}
