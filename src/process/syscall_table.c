#include "process/syscall_table.h"

#include <fcntl.h>
#include <linux/fs.h> /* RENAME_NOREPLACE, which stdio.h of glibc alone has */
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>

#define IS(number, mask, value) \
	{ \
		number, SHOT_ARGUMENT_IS, mask, value \
	}
#define EQUALS(number, value) IS(number, UINT64_MAX, value)
#define ABOVE_2(number) \
	{ \
		number, SHOT_ARGUMENT_IS_ABOVE_2, 0, 0 \
	}

/* The kernel's macros ask for its struct termios2, whose header cannot stand beside termios.h. */
#define TERMIOS2 44 /* bytes of it */
#undef TCGETS2
#undef TCSETS2
#undef TCSETSW2
#undef TCSETSF2
#define TCGETS2 _IOC(_IOC_READ, 'T', 0x2a, TERMIOS2)
#define TCSETS2 _IOC(_IOC_WRITE, 'T', 0x2b, TERMIOS2)
#define TCSETSW2 _IOC(_IOC_WRITE, 'T', 0x2c, TERMIOS2)
#define TCSETSF2 _IOC(_IOC_WRITE, 'T', 0x2d, TERMIOS2)

/* fcntl, ioctl, prctl: selected by their command. */
#define COMMAND(name, command, reason) \
	{ \
		name, SHOT_CALL_PASSES, reason, #command, 1, \
		{ \
			EQUALS(1, command) \
		} \
	}

/* Others give more than a fact: SO_PEERPIDFD a descriptor of another process. */
#define SOCKET_OPTION(option) \
	{ \
		"getsockopt", SHOT_CALL_PASSES, "the connections to the display", #option, 2, \
		{ \
			EQUALS(1, SOL_SOCKET), EQUALS(2, option) \
		} \
	}

/* The flags that libc's threads always have, and those that they may have. No others are allowed,
 * so that a thread shares descriptors, memory and signals with all others. */
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)
#define THREAD_OPTIONS \
	(CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | \
		CLONE_DETACHED)
#define ANY \
	NULL, 0, \
	{ \
		{ \
			0, SHOT_ARGUMENT_IS, 0, 0 \
		} \
	}			     /* arguments */
#define THE_INT UINT64_C(0xffffffff) /* the kernel reads the lower half */

#define EXECUTABLE 07111 /* or set-user-ID and the like */
#define SPECIAL 07000

const struct shot_call_group shot_call_groups[] = {
	{"brk mprotect mremap munmap madvise", SHOT_CALL_PASSES,
		"private memory, which RLIMIT_AS counts", ANY},
	{"mmap", SHOT_CALL_PASSES, "private memory, and slots", "no huge pages", 1,
		{IS(3, MAP_HUGETLB, 0)}},
	{"memfd_create", SHOT_CALL_PASSES,
		"slots, which the X server writes into; the limit of descriptors bounds them",
		"no huge pages", 1, {IS(1, MFD_HUGETLB, 0)}},
	{"ftruncate pwrite64 pwritev", SHOT_CALL_PASSES, "files in the folder, and slots",
		"the descriptor is above 2", 1, {ABOVE_2(0)}},
	{"clone", SHOT_CALL_ASKS, "workers; the supervisor counts them",
		"a thread as libc makes it", 1,
		{IS(0, THE_INT & ~(uint64_t)THREAD_OPTIONS, THREAD)}},
	{"clone", SHOT_CALL_ENDS, "a process that no parent supervises", "another process", 1,
		{IS(0, CLONE_THREAD, 0)}},
	{"exit exit_group", SHOT_CALL_PASSES, "the end of the process", ANY},
	{"futex sched_yield set_robust_list rseq membarrier", SHOT_CALL_PASSES,
		"threads that wait for each other", ANY},
	{"getcpu", SHOT_CALL_PASSES, "the useful number of workers", ANY},
	{"sched_getaffinity", SHOT_CALL_PASSES, "the useful number of workers",
		"of the calling thread", 1, {IS(0, THE_INT, 0)}},
	{"rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait "
	 "sigaltstack restart_syscall",
		SHOT_CALL_PASSES,
		"the handling of signals; the supervisor uses SIGKILL, which cannot be blocked",
		ANY},
	{"tgkill", SHOT_CALL_PASSES, "raise, abort", "the process is its own", 1,
		{{0, SHOT_ARGUMENT_IS_OWN_PROCESS, 0, 0}}},
	{"tgkill", SHOT_CALL_ENDS, "signals to others", "the process is another", 1,
		{{0, SHOT_ARGUMENT_IS_OTHER_PROCESS, 0, 0}}},
	{"clock_getres clock_gettime gettimeofday time times getrusage", SHOT_CALL_PASSES,
		"reads clocks", ANY},
	{"clock_nanosleep nanosleep timer_create timer_settime timerfd_create timerfd_gettime "
	 "timerfd_settime",
		SHOT_CALL_PASSES, "sleeps and timers; their signals go to the process itself", ANY},
	{"read readv pread64 preadv write writev lseek close fstat fsync fdatasync dup dup2 dup3",
		SHOT_CALL_PASSES,
		"open descriptors; 0 to 2 are a socket, a terminal or /dev/null, never a file",
		ANY},
	{"poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait "
	 "epoll_pwait2 eventfd2",
		SHOT_CALL_PASSES, "the event loop", ANY},
	{"pipe2", SHOT_CALL_PASSES, "the event loop", "a plain pipe", 1,
		{IS(1, THE_INT & ~(uint64_t)(O_CLOEXEC | O_NONBLOCK), 0)}},
	{"getpeername getsockname shutdown", SHOT_CALL_PASSES, "the connections to the display",
		ANY},
	SOCKET_OPTION(SO_TYPE), SOCKET_OPTION(SO_ERROR),
	{"recvfrom", SHOT_CALL_PASSES, "the connections to the display",
		"neither urgent bytes nor errors", 1, {IS(3, MSG_OOB | MSG_ERRQUEUE, 0)}},
	{"recvmsg", SHOT_CALL_PASSES, "the connections to the display",
		"neither urgent bytes nor errors", 1, {IS(2, MSG_OOB | MSG_ERRQUEUE, 0)}},
	{"sendto", SHOT_CALL_PASSES, "the connections to the display",
		"without an address, and with no flags but MSG_NOSIGNAL and MSG_DONTWAIT", 2,
		{EQUALS(4, 0), IS(3, THE_INT & ~(uint64_t)(MSG_NOSIGNAL | MSG_DONTWAIT), 0)}},
	{"sendmsg", SHOT_CALL_ASKS, "passes slots to the X server; with an address it is an attack",
		"with no flags but MSG_NOSIGNAL and MSG_DONTWAIT", 1,
		{IS(2, THE_INT & ~(uint64_t)(MSG_NOSIGNAL | MSG_DONTWAIT), 0)}},
	{"getpid getppid gettid getpgrp getuid geteuid getgid getegid", SHOT_CALL_PASSES,
		"the process's identity", ANY},
	{"uname sysinfo getrandom getrlimit", SHOT_CALL_PASSES,
		"facts about the machine, and the limits", ANY},
	{"prlimit64", SHOT_CALL_PASSES, "libc reads the stack's limit", "reads its own limits", 2,
		{EQUALS(0, 0), EQUALS(2, 0)}},
	{"prctl", SHOT_CALL_PASSES, "names of threads", "PR_SET_NAME", 1, {EQUALS(0, PR_SET_NAME)}},
	COMMAND("fcntl", F_GETFD, "descriptors"), COMMAND("fcntl", F_SETFD, "descriptors"),
	COMMAND("fcntl", F_GETFL, "the mode of a descriptor; it cannot be changed"),
	COMMAND("fcntl", F_DUPFD, "descriptors"), COMMAND("fcntl", F_DUPFD_CLOEXEC, "descriptors"),
	COMMAND("fcntl", F_ADD_SEALS, "slots, which keep their size"),
	COMMAND("fcntl", F_GET_SEALS, "slots"),
	COMMAND("ioctl", FIONBIO,
		"the event loop; the parent restores the mode of shared descriptors"),
	COMMAND("ioctl", FIONREAD, "the number of readable bytes"),
	COMMAND("ioctl", TCGETS, "the terminal's settings, which the parent restores"),
	COMMAND("ioctl", TCSETS, "the terminal's settings"),
	COMMAND("ioctl", TCSETSW, "the terminal's settings"),
	COMMAND("ioctl", TCSETSF, "the terminal's settings"),
	COMMAND("ioctl", TCGETS2, "the same, by glibc 2.42 and newer"),
	COMMAND("ioctl", TCSETS2, "the same, by glibc 2.42 and newer"),
	COMMAND("ioctl", TCSETSW2, "the same, by glibc 2.42 and newer"),
	COMMAND("ioctl", TCSETSF2, "the same, by glibc 2.42 and newer"),
	COMMAND("ioctl", TIOCGWINSZ, "the size of the terminal"),

	{"open", SHOT_CALL_OPENS, "landlock decides",
		"the mode is not executable, set-user-ID or the like", 1, {IS(2, EXECUTABLE, 0)}},
	{"openat", SHOT_CALL_OPENS, "landlock decides",
		"the mode is not executable, set-user-ID or the like", 1, {IS(3, EXECUTABLE, 0)}},
	{"mkdir", SHOT_CALL_OPENS, "landlock decides", "the mode is not set-group-ID or the like",
		1, {IS(1, SPECIAL, 0)}},
	{"mkdirat", SHOT_CALL_OPENS, "landlock decides", "the mode is not set-group-ID or the like",
		1, {IS(2, SPECIAL, 0)}},
	{"getdents64 link linkat rename renameat rmdir unlink unlinkat", SHOT_CALL_OPENS,
		"landlock decides", ANY},
	{"renameat2", SHOT_CALL_OPENS, "landlock decides",
		"no flag but RENAME_NOREPLACE: another one makes a device", 1,
		{IS(4, THE_INT & ~(uint64_t)RENAME_NOREPLACE, 0)}},
	{"access faccessat faccessat2 stat lstat newfstatat statx statfs fstatfs readlink "
	 "readlinkat getcwd",
		SHOT_CALL_OPENS, "names, sizes and times, which landlock does not protect", ANY},

	{"execve execveat", SHOT_CALL_ENDS, "other programs", ANY},
	{"fork vfork setns unshare", SHOT_CALL_ENDS, "other processes and namespaces", ANY},
	{"kcmp kill pidfd_getfd pidfd_open pidfd_send_signal process_madvise process_vm_readv "
	 "process_vm_writev ptrace rt_sigqueueinfo rt_tgsigqueueinfo tkill",
		SHOT_CALL_ENDS, "other processes", ANY},
	{"accept accept4 bind connect listen socket", SHOT_CALL_ENDS, "connections", ANY},
	{"chmod chown chroot fchmod fchmodat fchmodat2 fchown fchownat fremovexattr fsetxattr "
	 "futimesat lchown lremovexattr lsetxattr mknod mknodat name_to_handle_at "
	 "open_by_handle_at removexattr setxattr symlink symlinkat truncate utime utimensat utimes",
		SHOT_CALL_ENDS, "the owner, mode and times of files", ANY},
	{"capset personality setfsgid setfsuid setgid setgroups setregid setresgid setresuid "
	 "setreuid setrlimit setuid",
		SHOT_CALL_ENDS, "the identity of the process", ANY},
	{"acct add_key bpf clock_adjtime clock_settime delete_module finit_module fsconfig fsmount "
	 "fsopen fspick init_module ioperm iopl kexec_file_load kexec_load keyctl mount "
	 "mount_setattr move_mount open_tree perf_event_open pivot_root quotactl reboot "
	 "request_key sethostname settimeofday swapoff swapon umount2 userfaultfd",
		SHOT_CALL_ENDS, "the kernel", ANY},
	{NULL, SHOT_CALL_ENDS, NULL, NULL, 0, {{0, SHOT_ARGUMENT_IS, 0, 0}}}};
