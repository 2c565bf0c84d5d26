#define _GNU_SOURCE
#include "process/supervisor.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/pass_fd.h"
#include "process/syscall_filter.h"

enum { CHANNEL_FD = 3, EXIT_SIGNAL = 128 };

static const int passed_on[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH};

struct watch {
	pid_t pid;
	int signals;  /* a signalfd */
	int channel;  /* where the listener comes from; -1 once it has */
	int listener; /* where forbidden calls wait; -1 when there is none */
};

static _Noreturn void become_child(
	int (*run)(void *, int), void *argument, int channel, pid_t parent, const sigset_t *mask)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) {
		_exit(EXIT_FAILURE); /* it died before the line above */
	}
	if (channel != CHANNEL_FD) {
		dup2(channel, CHANNEL_FD);
	}
	close_range(CHANNEL_FD + 1, UINT_MAX, 0);
	sigprocmask(SIG_SETMASK, mask, NULL);
	exit(run(argument, CHANNEL_FD));
}

/* How it ended; false while it has not. */
static bool has_ended(pid_t pid, const struct shot_limits *limits, struct shot_outcome *outcome)
{
	int status;
	struct rusage used;
	if (wait4(pid, &status, WNOHANG, &used) != pid) {
		return false;
	}
	if (outcome->ending == SHOT_ENDING_CALL) {
		return true; /* by us */
	}
	if (WIFEXITED(status)) {
		outcome->status = WEXITSTATUS(status);
		return true;
	}
	uint64_t seconds = (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
	outcome->signal = WTERMSIG(status);
	outcome->ending = SHOT_ENDING_SIGNAL;
	if (outcome->signal == SIGSYS) {
		outcome->ending = SHOT_ENDING_CALL;
	} else if (limits->cpu && (outcome->signal == SIGXCPU ||
					  (outcome->signal == SIGKILL && seconds >= limits->cpu))) {
		outcome->ending = SHOT_ENDING_CPU;
		outcome->signal = SIGXCPU;
	}
	return true;
}

/* What the terminal sends it sends to both. */
static void pass_signals_on(const struct watch *watch)
{
	struct signalfd_siginfo info;
	while (read(watch->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo != SIGCHLD && info.ssi_code != SI_KERNEL) {
			kill(watch->pid, (int)info.ssi_signo);
		}
	}
}

static void look(struct watch *watch, struct shot_outcome *outcome)
{
	struct pollfd fds[] = {{.fd = watch->signals, .events = POLLIN},
		{.fd = watch->channel, .events = POLLIN},
		{.fd = watch->listener, .events = POLLIN}};
	if (poll(fds, 3, -1) < 0) {
		return;
	}
	if (fds[0].revents) {
		pass_signals_on(watch);
	}
	if (fds[1].revents) {
		watch->listener = shot_channel_receive(watch->channel);
		close(watch->channel);
		watch->channel = -1;
	}
	if (fds[2].revents & POLLIN) {
		if (shot_calls_read(watch->listener, outcome->call, sizeof outcome->call)) {
			kill(watch->pid, SIGKILL);
			outcome->ending = SHOT_ENDING_CALL;
			outcome->signal = SIGSYS;
		}
	} else if (fds[2].revents) {
		close(watch->listener);
		watch->listener = -1;
	}
}

static void block(sigset_t *before)
{
	sigset_t set;
	signal(SIGCHLD, SIG_DFL); /* ignored, it would take the child's outcome with it */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
		sigaddset(&set, passed_on[i]);
	}
	sigprocmask(SIG_BLOCK, &set, before);
}

/* With the signals blocked that a signalfd is to read. */
static bool start(struct watch *watch, int (*run)(void *, int), void *argument,
	const sigset_t *mask, struct shot_error *err)
{
	int ends[2];
	sigset_t blocked;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		return shot_fail_errno(err, errno, "cannot start a process");
	}
	pid_t self = getpid();
	watch->signals = signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK);
	watch->pid = watch->signals < 0 ? -1 : fork();
	int number = errno;
	if (watch->pid == 0) {
		become_child(run, argument, ends[1], self, mask);
	}
	close(ends[1]);
	watch->channel = ends[0];
	watch->listener = -1;
	return watch->pid > 0 || shot_fail_errno(err, number, "cannot start a process");
}

static void finish(const struct watch *watch)
{
	const int fds[] = {watch->signals, watch->channel, watch->listener};
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
		if (fds[i] >= 0) {
			close(fds[i]);
		}
	}
}

bool shot_supervise(int (*run)(void *argument, int channel), void *argument,
	const struct shot_limits *limits, struct shot_outcome *outcome, struct shot_error *err)
{
	struct watch watch = {.signals = -1, .channel = -1, .listener = -1};
	sigset_t before;
	*outcome = (struct shot_outcome){.ending = SHOT_ENDING_EXIT};
	block(&before);
	bool ok = start(&watch, run, argument, &before, err);
	while (ok && !has_ended(watch.pid, limits, outcome)) {
		look(&watch, outcome);
	}
	finish(&watch);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ok;
}

int shot_outcome_status(const struct shot_outcome *outcome)
{
	return outcome->ending == SHOT_ENDING_EXIT ? outcome->status
						   : EXIT_SIGNAL + outcome->signal;
}

static bool was_asked(int signal)
{
	return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGPIPE;
}

bool shot_outcome_explain(const struct shot_outcome *outcome, const struct shot_limits *limits,
	char *text, unsigned size)
{
	switch (outcome->ending) {
	case SHOT_ENDING_CALL:
		snprintf(text, size,
			"the sandbox ended the script: it tried a forbidden system call%s%s",
			outcome->call[0] ? ", " : "", outcome->call);
		return true;
	case SHOT_ENDING_CPU:
		snprintf(text, size,
			"the sandbox ended the script: it used up its %" PRIu64
			" s of processor time",
			limits->cpu);
		return true;
	case SHOT_ENDING_SIGNAL:
		snprintf(text, size, "the script's process was ended by signal %d (%s)%s",
			outcome->signal, strsignal(outcome->signal),
			limits->memory && outcome->signal == SIGSEGV
				? ": perhaps its memory limit was too small"
				: "");
		return !was_asked(outcome->signal);
	default:
		return false;
	}
}
