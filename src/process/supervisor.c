#include "process/supervisor.h"

#include <errno.h>
#include <inttypes.h>
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

#include "base/clock.h"
#include "base/descriptors.h"
#include "process/pass_fd.h"
#include "process/streams.h"
#include "process/syscall_filter.h"

enum { CHANNEL_FD = 3, EXIT_SIGNAL = 128, MOST_REQUESTS = 3 };

/* Seconds: to close everything after the grace, and for a reader to take what was written; to die
 * of a signal. */
static const double last_moments = 5, moment = 0.5;

static const int passed_on[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH};

struct watch {
	const struct shot_charge *charge;
	pid_t pid;
	int signals;  /* a signalfd */
	int channel;  /* delivers the listener; -1 after that */
	int listener; /* forbidden calls wait here; -1 when there is no listener */
	struct shot_streams *streams;
	sigset_t ignored; /* signals that were ignored when this process started */
	int requests;	  /* the number of signals that asked for the end */
	int request;	  /* the last of them */
	int64_t deadline; /* when SIGKILL follows, ns; SHOT_FOREVER before the first */
};

static _Noreturn void become_child(
	const struct watch *watch, int channel, pid_t parent, const sigset_t *mask)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) {
		_exit(EXIT_FAILURE); /* it died before the line above */
	}
	shot_streams_place(watch->streams);
	if (channel != CHANNEL_FD) {
		dup2(channel, CHANNEL_FD);
	}
	shot_descriptors_close_from(CHANNEL_FD + 1);
	sigprocmask(SIG_SETMASK, mask, NULL);
	exit(watch->charge->run(watch->charge->argument, CHANNEL_FD));
}

/* Tells whether the kernel has sent SIGXCPU: it raises the soft limit by a second each time, until
 * SIGKILL comes at the hard one. The time that the child used cannot be compared with the limit:
 * the kernel counts limits in ticks, which come to up to twice the time that it reports afterwards,
 * when many others run in between. */
static bool is_out_of_time(const struct watch *watch)
{
	struct rlimit limit;
	return prlimit(watch->pid, RLIMIT_CPU, NULL, &limit) == 0 &&
	       limit.rlim_cur > watch->charge->limits.cpu;
}

/* Reads how the child ended; false while it runs. */
static bool has_ended(const struct watch *watch, struct shot_outcome *outcome)
{
	siginfo_t info = {0};
	if (waitid(P_PID, (id_t)watch->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
		info.si_pid != watch->pid) {
		return false;
	}
	bool out_of_time = is_out_of_time(watch); /* while it is there to be asked */
	waitpid(watch->pid, NULL, 0);
	if (outcome->ending != SHOT_ENDING_EXIT) {
		return true; /* by us */
	}
	if (info.si_code == CLD_EXITED) {
		outcome->status = info.si_status;
		return true;
	}
	outcome->signal = info.si_status;
	outcome->ending = SHOT_ENDING_SIGNAL;
	if (outcome->signal == SIGSYS) {
		outcome->ending = SHOT_ENDING_CALL;
	} else if (watch->charge->limits.cpu > 0 &&
		   (outcome->signal == SIGXCPU || (outcome->signal == SIGKILL && out_of_time))) {
		outcome->ending = SHOT_ENDING_CPU;
		outcome->signal = SIGXCPU;
	}
	return true;
}

/* Whether a signal asks for the end. An ignored signal does not, as SIGHUP under nohup. */
static bool is_request(const struct watch *watch, int signal)
{
	return (signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT ||
		       (signal == SIGINT && !watch->charge->is_prompt)) &&
	       sigismember(&watch->ignored, signal) == 0;
}

/* Passes signals on, except those of the terminal, which sends them to both processes. */
static void pass_signals_on(struct watch *watch)
{
	struct signalfd_siginfo info;
	while (read(watch->signals, &info, sizeof info) == sizeof info) {
		int signal = (int)info.ssi_signo;
		if (signal != SIGCHLD && info.ssi_code != SI_KERNEL) {
			kill(watch->pid, signal);
		}
		if (!is_request(watch, signal)) {
			continue;
		}
		watch->requests++;
		watch->request = signal;
		if (watch->requests == 1) {
			watch->deadline = shot_deadline_in(watch->charge->grace + last_moments);
		} else if (watch->requests == MOST_REQUESTS) {
			watch->deadline = shot_deadline_in(moment);
		}
	}
}

static void end_by_force(const struct watch *watch, struct shot_outcome *outcome,
	enum shot_ending ending, int signal)
{
	kill(watch->pid, SIGKILL);
	outcome->ending = ending;
	outcome->signal = signal;
}

static void look(struct watch *watch, struct shot_outcome *outcome)
{
	struct pollfd fds[] = {{.fd = watch->signals, .events = POLLIN},
		{.fd = watch->channel, .events = POLLIN},
		{.fd = watch->listener, .events = POLLIN}};
	struct timespec left;
	if (ppoll(fds, 3, shot_deadline_left(watch->deadline, &left), NULL) < 0) {
		return;
	}
	if (shot_clock_ns() >= watch->deadline) {
		watch->deadline = SHOT_FOREVER;
		end_by_force(watch, outcome, SHOT_ENDING_DEAF, SIGKILL);
	}
	if (fds[0].revents) {
		pass_signals_on(watch);
	}
	if (fds[1].revents) {
		watch->listener = shot_pass_fd_receive(watch->channel);
		close(watch->channel);
		watch->channel = -1;
	}
	if (fds[2].revents & POLLIN) {
		if (shot_syscall_filter_decide(
			    watch->listener, watch->pid, outcome->call, sizeof outcome->call)) {
			end_by_force(watch, outcome, SHOT_ENDING_CALL, SIGSYS);
		}
	} else if (fds[2].revents) {
		close(watch->listener);
		watch->listener = -1;
	}
}

/* Reports that the child's output was cut short at somebody's request. */
static void cut(struct shot_outcome *outcome, int signal)
{
	if (outcome->ending == SHOT_ENDING_EXIT) {
		outcome->ending = SHOT_ENDING_SIGNAL;
		outcome->signal = signal;
	}
}

/* Waits until the child's output is copied, or a signal ends the wait. If one has asked for the end
 * before, the wait is short. */
static void carry_rest(const struct watch *watch, struct shot_outcome *outcome)
{
	int64_t deadline = watch->requests > 0 ? shot_deadline_in(last_moments) : SHOT_FOREVER;
	struct signalfd_siginfo info;
	struct timespec left;
	struct pollfd fds[] = {{.fd = watch->signals, .events = POLLIN},
		{.fd = shot_streams_fd(watch->streams), .events = POLLIN}};
	shot_streams_end(watch->streams);
	while (!shot_streams_are_carried(watch->streams)) {
		if (ppoll(fds, 2, shot_deadline_left(deadline, &left), NULL) == 0) {
			cut(outcome, watch->request);
			return;
		}
		while (read(watch->signals, &info, sizeof info) == sizeof info) {
			if (is_request(watch, (int)info.ssi_signo) || info.ssi_signo == SIGINT) {
				cut(outcome, (int)info.ssi_signo);
				return;
			}
		}
	}
}

static void block(sigset_t *before)
{
	sigset_t set;
	signal(SIGCHLD,
		SIG_DFL); /* if it were ignored, the kernel would discard the child's outcome */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
		sigaddset(&set, passed_on[i]);
	}
	sigprocmask(SIG_BLOCK, &set, before);
}

static void note_ignored(sigset_t *ignored)
{
	struct sigaction action;
	sigemptyset(ignored);
	for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
		if (sigaction(passed_on[i], NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
			sigaddset(ignored, passed_on[i]);
		}
	}
}

/* Starts the child. The signals that the signalfd reads are blocked. */
static bool start(struct watch *watch, const sigset_t *mask, struct shot_error *err)
{
	int ends[2];
	sigset_t blocked;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	watch->streams = shot_streams_make(watch->charge->reads_input, err);
	if (!watch->streams) {
		return false;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		return shot_fail_errno(err, errno, "cannot start a process");
	}
	pid_t self = getpid();
	watch->signals = signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK);
	watch->pid = watch->signals < 0 ? -1 : fork();
	int number = errno;
	if (watch->pid == 0) {
		become_child(watch, ends[1], self, mask);
	}
	close(ends[1]);
	watch->channel = ends[0];
	if (watch->pid < 0) {
		return shot_fail_errno(err, number, "cannot start a process");
	}
	if (!shot_streams_carry(watch->streams, err)) {
		kill(watch->pid, SIGKILL);
		waitpid(watch->pid, NULL, 0);
		return false;
	}
	return true;
}

static bool finish(const struct watch *watch, struct shot_error *err)
{
	const int fds[] = {watch->signals, watch->channel, watch->listener};
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
		if (fds[i] >= 0) {
			close(fds[i]);
		}
	}
	return !watch->streams || shot_streams_finish(watch->streams, err);
}

bool shot_supervisor_run(
	const struct shot_charge *charge, struct shot_outcome *outcome, struct shot_error *err)
{
	struct watch watch = {.charge = charge,
		.signals = -1,
		.channel = -1,
		.listener = -1,
		.deadline = SHOT_FOREVER};
	struct shot_error ignored;
	sigset_t before;
	*outcome = (struct shot_outcome){.ending = SHOT_ENDING_EXIT};
	note_ignored(&watch.ignored);
	block(&before);
	bool ok = start(&watch, &before, err);
	if (ok) {
		while (!has_ended(&watch, outcome)) {
			look(&watch, outcome);
		}
		carry_rest(&watch, outcome);
	}
	ok = finish(&watch, ok ? err : &ignored) && ok;
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
	case SHOT_ENDING_DEAF:
		snprintf(text, size,
			"the sandbox ended the script: it had been asked to end, and did not");
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
