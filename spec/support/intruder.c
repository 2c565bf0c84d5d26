/* Preloaded into luashot, this stands for a script that has got machine code to run: os.clock()
 * does what LUASHOT_INTRUDE names, on LUASHOT_TARGET (a path, a process or a number), and returns
 * what came of it in seconds: an errno, or the number that the attack's comment says. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static char what[32], target[108];

/* While there is an environment. */
__attribute__((constructor)) static void prepare(void)
{
	const char *intrude = getenv("LUASHOT_INTRUDE"), *on = getenv("LUASHOT_TARGET");
	snprintf(what, sizeof what, "%s", intrude ? intrude : "");
	snprintf(target, sizeof target, "%s", on ? on : "");
}

static struct sockaddr_un address(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s", target);
	return address;
}

static long open_target(void)
{
	return open(target, O_WRONLY | O_TRUNC);
}

static long connect_to_target(void)
{
	const struct sockaddr_un to = address();
	return connect(STDIN_FILENO, (const struct sockaddr *)&to, sizeof to);
}

static long run_target(void)
{
	char *const argv[] = {target, NULL};
	return execve(target, argv, argv + 1);
}

static long trace_target(void)
{
	return ptrace(PTRACE_ATTACH, atoi(target), NULL, NULL);
}

static long kill_target(void)
{
	return kill(atoi(target), SIGKILL);
}

/* 1: it can be read, 2: written. */
static int rights_of(int fd)
{
	int mode = fcntl(fd, F_GETFL);
	return mode < 0 ? 0 : (mode & O_ACCMODE) == O_RDWR ? 3 : (mode & O_ACCMODE) + 1;
}

/* Of all descriptors that lead there: the loop's own pipe has both its ends here. */
static int all_rights(int fd)
{
	struct stat this, other;
	int rights = 0;
	for (int i = 0; i < 256 && fstat(fd, &this) == 0; i++) {
		if (fstat(i, &other) == 0 && other.st_dev == this.st_dev &&
			other.st_ino == this.st_ino) {
			rights |= rights_of(i);
		}
	}
	return rights;
}

/* Whether a second open of what `path` leads to can do more than what was there. */
static bool is_gain(const char *path, int had, int mode, bool is_ours)
{
	int again = open(path, mode | O_NONBLOCK | O_NOCTTY);
	if (again < 0) {
		return false;
	}
	int has = rights_of(again);
	close(again);
	return !is_ours || (has & ~had) != 0;
}

/* How many ways there are to open what is open already and can do more with it. Of the parent's
 * descriptors each one would be a gain. */
static long reopen(void)
{
	static const int modes[] = {O_RDONLY, O_WRONLY, O_RDWR, O_WRONLY | O_APPEND,
		O_RDWR | O_TRUNC, O_RDWR | O_CREAT, O_WRONLY | O_ASYNC};
	static const char *const places[] = {"/proc/self/fd", "/proc/thread-self/fd", "/dev/fd",
		"/proc/self/task/%ld/fd", "/proc/%ld/fd"};
	static const char *const names[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
	long gains = 0;
	char place[64], path[96];
	for (size_t m = 0; m < sizeof modes / sizeof *modes; m++) {
		for (int fd = 0; fd < 256; fd++) {
			int had = all_rights(fd);
			for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
				bool is_ours = p != 4;
				snprintf(place, sizeof place, places[p],
					is_ours ? (long)getpid() : (long)getppid());
				snprintf(path, sizeof path, "%s/%d", place, fd);
				if (had > 0 || !is_ours) {
					gains += is_gain(path, had, modes[m], is_ours);
				}
			}
			if (fd < 3) {
				gains += is_gain(names[fd], had, modes[m], true);
			}
		}
	}
	return gains;
}

static int sleep_for_ever(void *argument)
{
	const struct timespec long_time = {.tv_sec = 1000};
	while (!argument) {
		nanosleep(&long_time, NULL);
	}
	return 0;
}

static int clone_to(int (*run)(void *), int flags)
{
	enum { STACK = 16384 };
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack == MAP_FAILED) {
		return -1;
	}
	return clone(run, stack + STACK, flags, NULL);
}

static int clone_with(int flags)
{
	return clone_to(sleep_for_ever, flags);
}

enum {
	LIKE_PTHREAD =
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM
};

/* How many threads could be made, 1000 at most. */
static long make_threads(void)
{
	long made = 0;
	while (made < 1000 && clone_with(LIKE_PTHREAD) >= 0) {
		made++;
	}
	return made;
}

/* Threads that make threads, all at the same time. */
static int multiply(void *argument)
{
	for (int i = 0; i < 100; i++) {
		clone_to(multiply, LIKE_PTHREAD);
	}
	return sleep_for_ever(argument);
}

static long make_crowd(void)
{
	dprintf(STDOUT_FILENO, "crowd\n");
	return multiply(NULL);
}

static long make_process(void)
{
	return clone_with(SIGCHLD);
}

static long make_thread_with_own_descriptors(void)
{
	return clone_with(LIKE_PTHREAD & ~CLONE_FILES);
}

static long make_thread_in_namespace(void)
{
	return clone_with(LIKE_PTHREAD | CLONE_NEWUTS);
}

/* How many pieces of memory can be had that no limit counts. */
static long make_memory(void)
{
	long made = 0;
	while (made < 100000 && memfd_create("x", 0) >= 0) {
		made++;
	}
	return made;
}

/* How many timers can be had; the programs of a user share their number. */
static long make_timers(void)
{
	struct sigevent quiet = {.sigev_notify = SIGEV_NONE};
	timer_t timer;
	long made = 0;
	while (made < 100000 && timer_create(CLOCK_MONOTONIC, &quiet, &timer) == 0) {
		made++;
	}
	return made;
}

/* Signals that wait are counted with the timers. */
static long queue_signals(void)
{
	sigset_t all;
	long queued = 0;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	while (queued < 100000 &&
		syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGRTMAX) == 0) {
		queued++;
	}
	return queued;
}

/* A descriptor of the process at the other end of a socket. */
static long look_at_peer(void)
{
	enum { PEER_PROCESS = 77 }; /* SO_PEERPIDFD of Linux 6.5 */
	int peer;
	socklen_t size = sizeof peer;
	return getsockopt(STDOUT_FILENO, SOL_SOCKET, PEER_PROCESS, &peer, &size);
}

/* A device is left at the file's old name. */
static long leave_device(void)
{
	int fd = open("file", O_CREAT | O_WRONLY, 0600);
	long result = syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "other", RENAME_WHITEOUT);
	int number = errno;
	if (fd >= 0) {
		unlink("file");
	}
	errno = number;
	return result;
}

static long send_message(int fd, int flags)
{
	struct sockaddr_un to = address();
	struct iovec bytes = {"x", 1};
	const struct msghdr message = {
		.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &bytes, .msg_iovlen = 1};
	return sendmsg(fd, &message, flags);
}

static long send_to_target(void)
{
	return send_message(STDIN_FILENO, 0);
}

static long connect_by_sending(void)
{
	return send_message(STDIN_FILENO, MSG_FASTOPEN);
}

static long send_many(void)
{
	struct mmsghdr message = {0};
	return sendmmsg(STDIN_FILENO, &message, 1, 0);
}

/* Urgent bytes of a Unix socket, which its reader does not see in their order. */
static long send_urgently(void)
{
	return sendto(STDOUT_FILENO, "x", 1, MSG_OOB, NULL, 0);
}

static long receive_urgently(void)
{
	char byte;
	return recv(STDOUT_FILENO, &byte, 1, MSG_OOB | MSG_DONTWAIT);
}

static long receive_error(void)
{
	struct msghdr message = {0};
	return recvmsg(STDOUT_FILENO, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
}

static long look_at_parent(void)
{
	cpu_set_t set;
	return sched_getaffinity(getppid(), sizeof set, &set);
}

static long be_notified(void)
{
	int ends[2];
	return pipe2(ends, O_EXCL); /* O_NOTIFICATION_PIPE */
}

/* Of which a machine has a few, for all its programs. */
static long take_huge_pages(void)
{
	void *taken =
		mmap(NULL, 1 << 21, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	return taken != MAP_FAILED || errno != ENOSYS ? 0 : memfd_create("huge", MFD_HUGETLB);
}

static long set_flags(void)
{
	return fcntl(STDOUT_FILENO, F_SETFL, 0);
}

static long ask_for_signals(void)
{
	return fcntl(STDOUT_FILENO, F_SETFL, O_ASYNC);
}

/* Descriptors that are longer than an int, too: the kernel looks at the lower half. */
static long call_on_output(long number, long second)
{
	static const long same[] = {1, (long)0x100000001, (long)-0xffffffff};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		if (syscall(number, same[i], second, 0, 0, 0) >= 0 || errno != ENOSYS) {
			return -1;
		}
	}
	errno = ENOSYS;
	return -1;
}

static long cut_output_off(void)
{
	return call_on_output(SYS_ftruncate, 0);
}

static long write_into_output(void)
{
	return call_on_output(SYS_pwrite64, (long)target);
}

static long make_executable(void)
{
	return open("program", O_CREAT | O_WRONLY, 0700);
}

static long make_suid(void)
{
	return openat(AT_FDCWD, "program", O_CREAT | O_WRONLY, 04600);
}

static long make_unnamed_executable(void)
{
	return openat(AT_FDCWD, ".", O_TMPFILE | O_WRONLY, 0700);
}

static long make_sticky_folder(void)
{
	return mkdir("folder", 07777);
}

static long become_executable(void)
{
	int fd = memfd_create("program", 0);
	return fd < 0 ? fd : fchmod(fd, 0755);
}

static long be_deaf(void)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	dprintf(STDOUT_FILENO, "deaf\n");
	return sleep_for_ever(NULL);
}

static long stop(void)
{
	dprintf(STDOUT_FILENO, "stopping\n");
	return syscall(SYS_tgkill, getpid(), getpid(), SIGSTOP);
}

static long spoil_terminal(void)
{
	struct termios settings;
	int on = 1;
	if (tcgetattr(STDOUT_FILENO, &settings) < 0) {
		return -1;
	}
	cfmakeraw(&settings);
	return tcsetattr(STDOUT_FILENO, TCSANOW, &settings) < 0 ||
			       ioctl(STDOUT_FILENO, FIONBIO, &on) < 0
		       ? -1
		       : 0;
}

/* As glibc does it from 2.42 on. */
static long spoil_terminal_anew(void)
{
	uint32_t
		settings[11]; /* struct termios2: flags of input, output, control, and local ones */
	if (ioctl(STDOUT_FILENO, _IOC(_IOC_READ, 'T', 0x2a, sizeof settings), settings) < 0) {
		return -1;
	}
	settings[3] &= ~(uint32_t)(ICANON | ECHO);
	return ioctl(STDOUT_FILENO, _IOC(_IOC_WRITE, 'T', 0x2b, sizeof settings), settings);
}

static const struct {
	const char *name;
	long (*make)(void);
} attacks[] = {
	{"open", open_target},
	{"connect", connect_to_target},
	{"execve", run_target},
	{"ptrace", trace_target},
	{"kill", kill_target},
	{"reopen", reopen},
	{"threads", make_threads},
	{"crowd", make_crowd},
	{"process", make_process},
	{"own descriptors", make_thread_with_own_descriptors},
	{"namespace", make_thread_in_namespace},
	{"memory", make_memory},
	{"timers", make_timers},
	{"signals", queue_signals},
	{"peer", look_at_peer},
	{"whiteout", leave_device},
	{"sendmsg", send_to_target},
	{"fastopen", connect_by_sending},
	{"sendmmsg", send_many},
	{"urgent", send_urgently},
	{"urgent answer", receive_urgently},
	{"error queue", receive_error},
	{"affinity", look_at_parent},
	{"notification", be_notified},
	{"huge", take_huge_pages},
	{"setfl", set_flags},
	{"async", ask_for_signals},
	{"ftruncate", cut_output_off},
	{"pwrite", write_into_output},
	{"executable", make_executable},
	{"suid", make_suid},
	{"tmpfile", make_unnamed_executable},
	{"sticky", make_sticky_folder},
	{"fchmod", become_executable},
	{"deaf", be_deaf},
	{"stop", stop},
	{"terminal", spoil_terminal},
	{"new terminal", spoil_terminal_anew},
};

static long intrude(void)
{
	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
		if (strcmp(what, attacks[i].name) == 0) {
			return attacks[i].make();
		}
	}
	errno = ENOTSUP;
	return -1;
}

__attribute__((visibility("default"))) clock_t clock(void)
{
	long result = intrude();
	return (clock_t)(result < 0 ? errno : result) * CLOCKS_PER_SEC;
}
