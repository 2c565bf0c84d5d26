#include "process/syscall_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/library.h"

struct library {
	__typeof__(seccomp_init) *init;
	__typeof__(seccomp_release) *release;
	__typeof__(seccomp_attr_set) *attr_set;
	__typeof__(seccomp_rule_add_array) *rule_add;
	__typeof__(seccomp_load) *load;
	__typeof__(seccomp_notify_fd) *notify_fd;
	__typeof__(seccomp_syscall_resolve_name) *number_of;
	__typeof__(seccomp_syscall_resolve_num_arch) *name_of;
};

/* Whatever their arguments. Names that a machine does not have are left out. */
static const char *const allowed[] = {
	/* memory */
	"brk", "madvise", "memfd_create", "mmap", "mprotect", "mremap", "munmap",
	/* threads, and waiting for them */
	"exit", "exit_group", "futex", "getcpu", "getpid", "gettid", "membarrier", "rseq",
	"sched_getaffinity", "sched_yield", "set_robust_list",
	/* the process's own signals */
	"restart_syscall", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn",
	"rt_sigsuspend", "rt_sigtimedwait", "sigaltstack",
	/* clocks */
	"clock_getres", "clock_gettime", "clock_nanosleep", "getrusage", "gettimeofday",
	"nanosleep", "time", "timer_create", "timer_settime", "timerfd_create", "timerfd_gettime",
	"timerfd_settime", "times",
	/* descriptors that are open, the X server's among them */
	"close", "dup", "dup2", "dup3", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait",
	"epoll_pwait2", "epoll_wait", "eventfd2", "fdatasync", "fstat", "fsync", "ftruncate",
	"getpeername", "getsockname", "getsockopt", "lseek", "pipe2", "poll", "ppoll", "pread64",
	"preadv", "pselect6", "pwrite64", "pwritev", "read", "readv", "recvfrom", "recvmsg",
	"select", "sendmsg", "shutdown", "write", "writev",
	/* what the process and the machine are */
	"getegid", "geteuid", "getgid", "getpgrp", "getppid", "getrandom", "getrlimit", "getuid",
	"sysinfo", "uname", NULL};

/* Landlock decides about these; what only looks at names and sizes, it lets pass. */
static const char *const allowed_on_files[] = {"access", "faccessat", "faccessat2", "fstatfs",
	"getcwd", "getdents64", "link", "linkat", "lstat", "mkdir", "mkdirat", "newfstatat", "open",
	"openat", "readlink", "readlinkat", "rename", "renameat", "renameat2", "rmdir", "stat",
	"statfs", "statx", "unlink", "unlinkat", NULL};

static const char *const ended[] = {
	/* other programs and processes */
	"execve", "execveat", "fork", "vfork", "kcmp", "kill", "pidfd_getfd", "pidfd_open",
	"pidfd_send_signal", "process_madvise", "process_vm_readv", "process_vm_writev", "ptrace",
	"rt_sigqueueinfo", "rt_tgsigqueueinfo", "setns", "tkill", "unshare",
	/* connections */
	"accept", "accept4", "bind", "connect", "listen", "socket",
	/* whose a file is, and how it looks from outside */
	"chmod", "chown", "chroot", "fchmod", "fchmodat", "fchmodat2", "fchown", "fchownat",
	"fremovexattr", "fsetxattr", "futimesat", "lchown", "lremovexattr", "lsetxattr", "mknod",
	"mknodat", "name_to_handle_at", "open_by_handle_at", "removexattr", "setxattr", "symlink",
	"symlinkat", "truncate", "utime", "utimensat", "utimes",
	/* who the process is */
	"capset", "personality", "setfsgid", "setfsuid", "setgid", "setgroups", "setregid",
	"setresgid", "setresuid", "setreuid", "setrlimit", "setuid",
	/* the kernel */
	"acct", "add_key", "bpf", "clock_adjtime", "clock_settime", "delete_module", "finit_module",
	"fsconfig", "fsmount", "fsopen", "fspick", "init_module", "ioperm", "iopl",
	"kexec_file_load", "kexec_load", "keyctl", "mount", "mount_setattr", "move_mount",
	"open_tree", "perf_event_open", "pivot_root", "quotactl", "reboot", "request_key",
	"sethostname", "settimeofday", "swapoff", "swapon", "umount2", "userfaultfd", NULL};

struct rule {
	const char *name;
	bool is_attack;
	unsigned count;
	struct scmp_arg_cmp arguments[2];
};

#define ARGUMENT(number, operation, ...) \
	{ \
		.arg = (number), .op = (operation), __VA_ARGS__ \
	}
#define EQUAL(number, value) ARGUMENT(number, SCMP_CMP_EQ, .datum_a = (value))

/* By their arguments. fcntl can have signals sent (F_SETOWN), ioctl can type into the terminal
 * (TIOCSTI), prctl can undo dying with the supervisor; sendto with an address needs no connection.
 * clone3 has its flags in memory, where no filter sees them: libc falls back to clone. */
static const struct rule by_argument[] = {
	{"clone", false, 1,
		{ARGUMENT(
			0, SCMP_CMP_MASKED_EQ, .datum_a = CLONE_THREAD, .datum_b = CLONE_THREAD)}},
	{"clone", true, 1, {ARGUMENT(0, SCMP_CMP_MASKED_EQ, .datum_a = CLONE_THREAD)}},
	{"sendto", false, 1, {EQUAL(4, 0)}},
	{"prlimit64", false, 2, {EQUAL(0, 0), EQUAL(2, 0)}},
	{"prctl", false, 1, {EQUAL(0, PR_SET_NAME)}},
	{"fcntl", false, 1, {EQUAL(1, F_GETFD)}},
	{"fcntl", false, 1, {EQUAL(1, F_SETFD)}},
	{"fcntl", false, 1, {EQUAL(1, F_GETFL)}},
	{"fcntl", false, 1, {EQUAL(1, F_SETFL)}},
	{"fcntl", false, 1, {EQUAL(1, F_DUPFD)}},
	{"fcntl", false, 1, {EQUAL(1, F_DUPFD_CLOEXEC)}},
	{"fcntl", false, 1, {EQUAL(1, F_ADD_SEALS)}},
	{"fcntl", false, 1, {EQUAL(1, F_GET_SEALS)}},
	{"ioctl", false, 1, {EQUAL(1, FIONBIO)}},
	{"ioctl", false, 1, {EQUAL(1, FIONREAD)}},
	{"ioctl", false, 1, {EQUAL(1, TCGETS)}},
	{"ioctl", false, 1, {EQUAL(1, TCSETS)}},
	{"ioctl", false, 1, {EQUAL(1, TCSETSW)}},
	{"ioctl", false, 1, {EQUAL(1, TCSETSF)}},
	{"ioctl", false, 1, {EQUAL(1, TIOCGWINSZ)}},
};

static bool load_library(struct library *library, struct shot_error *err)
{
	static const char *const names[] = {"seccomp_init", "seccomp_release", "seccomp_attr_set",
		"seccomp_rule_add_array", "seccomp_load", "seccomp_notify_fd",
		"seccomp_syscall_resolve_name", "seccomp_syscall_resolve_num_arch", NULL};
	void *functions[sizeof names / sizeof *names - 1];
	_Static_assert(sizeof functions == sizeof *library, "a name for each pointer");
	if (!shot_library_load(SHOT_LIBRARY_SECCOMP, names, functions, err)) {
		return false;
	}
	memcpy(library, functions, sizeof *library);
	return true;
}

/* 0, or a negative errno as all of libseccomp's. */
static int add(const struct library *library, scmp_filter_ctx filter, uint32_t action,
	const char *name, unsigned count, const struct scmp_arg_cmp *arguments)
{
	int number = library->number_of(name);
	return number < 0 ? 0 : library->rule_add(filter, action, number, count, arguments);
}

static int add_all(const struct library *library, scmp_filter_ctx filter, uint32_t action,
	const char *const names[])
{
	int failed = 0;
	for (; *names && !failed; names++) {
		failed = add(library, filter, action, *names, 0, NULL);
	}
	return failed;
}

/* Threads get signals by tgkill, which names the process, too. */
static int add_tgkill(const struct library *library, scmp_filter_ctx filter, uint32_t attack)
{
	const struct scmp_arg_cmp own = EQUAL(0, (scmp_datum_t)getpid());
	const struct scmp_arg_cmp other =
		ARGUMENT(0, SCMP_CMP_NE, .datum_a = (scmp_datum_t)getpid());
	int failed = add(library, filter, SCMP_ACT_ALLOW, "tgkill", 1, &own);
	return failed ? failed : add(library, filter, attack, "tgkill", 1, &other);
}

static int add_rules(
	const struct library *library, scmp_filter_ctx filter, bool files, uint32_t attack)
{
	int failed = library->attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (!failed) {
		failed = add_all(library, filter, SCMP_ACT_ALLOW, allowed);
	}
	if (!failed && files) {
		failed = add_all(library, filter, SCMP_ACT_ALLOW, allowed_on_files);
	}
	if (!failed) {
		failed = add_all(library, filter, attack, ended);
	}
	if (!failed) {
		failed = add_tgkill(library, filter, attack);
	}
	for (size_t i = 0; i < sizeof by_argument / sizeof *by_argument && !failed; i++) {
		const struct rule *rule = &by_argument[i];
		failed = add(library, filter, rule->is_attack ? attack : SCMP_ACT_ALLOW, rule->name,
			rule->count, rule->arguments);
	}
	return failed;
}

static int install(const struct library *library, bool files, uint32_t attack, int *listener)
{
	scmp_filter_ctx filter = library->init(SCMP_ACT_ERRNO(ENOSYS));
	if (!filter) {
		return -ENOMEM;
	}
	int failed = add_rules(library, filter, files, attack);
	if (!failed) {
		failed = library->load(filter);
	}
	*listener = !failed && attack == SCMP_ACT_NOTIFY ? library->notify_fd(filter) : -1;
	library->release(filter);
	return failed;
}

bool shot_calls_prepare(struct shot_error *err)
{
	struct library library;
	return load_library(&library, err);
}

bool shot_calls_restrict(bool files, int *listener, struct shot_error *err)
{
	struct library library;
	if (!load_library(&library, err)) {
		return false;
	}
	int failed = install(&library, files, SCMP_ACT_NOTIFY, listener);
	if (failed) {
		failed = install(&library, files, SCMP_ACT_KILL_PROCESS, listener);
	}
	return !failed || shot_fail_errno(err, -failed, "cannot restrict system calls (seccomp)");
}

bool shot_calls_read(int listener, char *name, unsigned size)
{
	struct seccomp_notif call;
	memset(&call, 0, sizeof call);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0) {
		return false;
	}
	struct library library;
	struct shot_error err;
	char *known = NULL;
	if (load_library(&library, &err)) {
		known = library.name_of(call.data.arch, call.data.nr);
	}
	if (known) {
		snprintf(name, size, "%s", known);
	} else {
		snprintf(name, size, "number %d", call.data.nr);
	}
	free(known);
	return true;
}
