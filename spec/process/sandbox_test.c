/* What a process can do behind the locks when it makes system calls of its own, as code would that
 * has broken out of Lua. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/thread.h"
#include "process/landlock.h"
#include "process/sandbox.h"
#include "process/supervisor.h"
#include "support/threads.h"

enum { CANNOT_LOCK = 200, CPU_SECONDS = 1 };

/* What the attempts are made on: all of it outside, but the folder "inside". */
static struct {
	char folder[64];
	char inside[96], outside[96], script[96], ran[96], socket[96];
	char text[64];
	pid_t victim;
	int listener;
	int threads;
} world;

static const char secret[] = "LUASHOT_SECRET=something that nobody else should read";

/* --- attempts: 0, or an errno --------------------------------------------------------------------
 */

static int answer(long result)
{
	return result < 0 ? errno : 0;
}

static int read_outside(void)
{
	return answer(open(world.outside, O_RDONLY));
}

static int write_outside(void)
{
	return answer(open(world.outside, O_WRONLY | O_TRUNC));
}

static int make_outside(void)
{
	return answer(open(world.ran, O_WRONLY | O_CREAT, 0600));
}

static int climb_out(void)
{
	return answer(open("../outside", O_WRONLY));
}

static int follow_link(void)
{
	return answer(open("link", O_WRONLY));
}

static int list_outside(void)
{
	return answer(open(world.folder, O_RDONLY | O_DIRECTORY));
}

static int read_memory_file(void)
{
	return answer(open("/proc/self/mem", O_RDWR));
}

static int remove_outside(void)
{
	return answer(unlink(world.outside));
}

/* The first landlock says EXDEV of all that changes folders. */
static int answer_move(int result)
{
	return result < 0 && errno == EXDEV ? EACCES : answer(result);
}

static int move_outside(void)
{
	return answer_move(rename("file", world.outside));
}

static int link_outside(void)
{
	return answer_move(link("file", world.ran));
}

static int make_folder_outside(void)
{
	return answer(mkdir(world.ran, 0700));
}

static int use_inside(void)
{
	int fd = open("new", O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1 || ftruncate(fd, 0) < 0 || close(fd) < 0) {
		return errno;
	}
	return answer(mkdir("sub", 0700) < 0 || rename("new", "newer") < 0 || unlink("newer") < 0 ||
				      rmdir("sub") < 0
			      ? -1
			      : 0);
}

static int change_mode(void)
{
	return answer(syscall(SYS_fchmodat, AT_FDCWD, world.outside, 0777));
}

static int change_owner(void)
{
	return answer(syscall(SYS_fchownat, AT_FDCWD, world.outside, 1, 1, 0));
}

#ifdef SYS_chmod
static int change_mode_in_the_old_way(void)
{
	return answer(syscall(SYS_chmod, world.outside, 0777));
}
#endif

static int change_times(void)
{
	return answer(utimensat(AT_FDCWD, world.outside, NULL, 0));
}

static int cut_off(void)
{
	return answer(truncate(world.outside, 0));
}

static int make_symlink(void)
{
	return answer(syscall(SYS_symlinkat, world.outside, AT_FDCWD, "trap"));
}

static int run_program(void)
{
	char *const argv[] = {world.script, NULL};
	return answer(execve(world.script, argv, environ));
}

static int run_memory(void)
{
	int fd = memfd_create("program", 0);
	char *const argv[] = {"program", NULL};
	return answer(syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH));
}

static int become_two(void)
{
	return answer(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

static int become_two_in_a_new_way(void)
{
	uint64_t arguments[11] = {[4] = SIGCHLD};
	return answer(syscall(SYS_clone3, arguments, sizeof arguments));
}

static int make_socket(void)
{
	return answer(socket(AF_INET, SOCK_STREAM, 0));
}

/* With a number that is a descriptor already, should a socket have come in somehow. */
static int make_connection(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, world.socket);
	return answer(connect(STDIN_FILENO, (struct sockaddr *)&address, sizeof address));
}

static int send_to_address(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, world.socket);
	return answer(sendto(STDIN_FILENO, "x", 1, 0, (struct sockaddr *)&address, sizeof address));
}

static int trace(void)
{
	return answer(ptrace(PTRACE_ATTACH, world.victim, NULL, NULL));
}

static int read_other_memory(void)
{
	char byte;
	struct iovec here = {&byte, 1}, there = {world.text, 1};
	return answer(process_vm_readv(world.victim, &here, 1, &there, 1, 0));
}

static int kill_other(void)
{
	return answer(kill(world.victim, SIGKILL));
}

static int kill_parent(void)
{
	return answer(kill(getppid(), SIGKILL));
}

static int kill_other_thread(void)
{
	return answer(syscall(SYS_tgkill, world.victim, world.victim, SIGKILL));
}

static int signal_self(void)
{
	signal(SIGUSR1, SIG_IGN);
	return answer(raise(SIGUSR1));
}

/* The kernel sends the signal then, when something can be read. */
static int have_signal_sent(void)
{
	return answer(fcntl(STDIN_FILENO, F_SETOWN, world.victim));
}

static int type_into_terminal(void)
{
	return answer(ioctl(STDIN_FILENO, TIOCSTI, "x"));
}

static int outlive_parent(void)
{
	return answer(syscall(SYS_prctl, 1 /* PR_SET_PDEATHSIG */, 0, 0, 0, 0));
}

static int raise_limit(void)
{
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	return answer(syscall(SYS_prlimit64, 0, RLIMIT_CPU, &none, NULL));
}

static int limit_other(void)
{
	const struct rlimit zero = {0, 0};
	return answer(syscall(SYS_prlimit64, world.victim, RLIMIT_CPU, &zero, NULL));
}

static int have_privileges(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct had[_LINUX_CAPABILITY_U32S_3];
	return answer(syscall(SYS_capget, &header, had));
}

static int take_privileges(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
	return answer(syscall(SYS_capset, &header, none));
}

static int leave_namespace(void)
{
	return answer(unshare(CLONE_NEWUSER));
}

static int use_ring(void)
{
	return answer(syscall(SYS_io_uring_setup, 1, NULL));
}

static int use_keys(void)
{
	return answer(syscall(SYS_keyctl, 0, 0, 0, 0, 0));
}

static int load_bpf(void)
{
	return answer(syscall(SYS_bpf, 0, NULL, 0));
}

static int attach_shared_memory(void)
{
	return answer(syscall(SYS_shmget, 1, 4096, 0));
}

static int find_secret(void)
{
	return getenv("LUASHOT_SECRET") ? 0 : ENOENT;
}

static int make_memory(void)
{
	int fd = memfd_create("slot", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	bool ok = fd >= 0 && ftruncate(fd, 4096) == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0;
	void *memory =
		ok ? mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
	return answer(memory == MAP_FAILED ? -1 : 0);
}

static int use_time(void)
{
	for (volatile bool forever = true; forever;) {
	}
	return 0;
}

static int use_time_unmoved(void)
{
	signal(SIGXCPU, SIG_IGN);
	return use_time();
}

static int crash(void)
{
	signal(SIGSEGV, SIG_DFL);
	return raise(SIGSEGV);
}

struct attempt {
	const char *what;
	int (*make)(void);
	int number;	  /* what it fails with, 0: it may be done */
	const char *call; /* or: what it is ended for */
	bool is_about_files;
};

static const struct attempt attempts[] = {
	{"use a file inside", use_inside, 0, NULL, true},
	{"read a file outside", read_outside, EACCES, NULL, true},
	{"write a file outside", write_outside, EACCES, NULL, true},
	{"make a file outside", make_outside, EACCES, NULL, true},
	{"climb out by ..", climb_out, EACCES, NULL, true},
	{"follow a link that leads out", follow_link, EACCES, NULL, true},
	{"list a folder outside", list_outside, EACCES, NULL, true},
	{"open /proc/self/mem", read_memory_file, EACCES, NULL, true},
	{"remove a file outside", remove_outside, EACCES, NULL, true},
	{"move a file over one outside", move_outside, EACCES, NULL, true},
	{"link a file to the outside", link_outside, EACCES, NULL, true},
	{"make a folder outside", make_folder_outside, EACCES, NULL, true},
	{"change a mode", change_mode, 0, "fchmodat", false},
#ifdef SYS_chmod
	{"change a mode in the old way", change_mode_in_the_old_way, 0, "chmod", false},
#endif
	{"change an owner", change_owner, 0, "fchownat", false},
	{"change times", change_times, 0, "utimensat", false},
	{"cut a file off", cut_off, 0, "truncate", false},
	{"make a symbolic link", make_symlink, 0, "symlinkat", false},
	{"run a program", run_program, 0, "execve", false},
	{"run a program out of memory", run_memory, 0, "execveat", false},
	{"fork", become_two, 0, "clone", false},
	{"fork by clone3", become_two_in_a_new_way, ENOSYS, NULL, false},
	{"make a socket", make_socket, 0, "socket", false},
	{"connect", make_connection, 0, "connect", false},
	{"send to an address", send_to_address, ENOSYS, NULL, false},
	{"trace a process", trace, 0, "ptrace", false},
	{"read a process's memory", read_other_memory, 0, "process_vm_readv", false},
	{"kill a process", kill_other, 0, "kill", false},
	{"kill the supervisor", kill_parent, 0, "kill", false},
	{"kill a thread of another process", kill_other_thread, 0, "tgkill", false},
	{"signal itself", signal_self, 0, NULL, false},
	{"have a signal sent", have_signal_sent, ENOSYS, NULL, false},
	{"type into the terminal", type_into_terminal, ENOSYS, NULL, false},
	{"outlive the supervisor", outlive_parent, ENOSYS, NULL, false},
	{"raise its limit", raise_limit, ENOSYS, NULL, false},
	{"limit another process", limit_other, ENOSYS, NULL, false},
	{"ask for its privileges", have_privileges, ENOSYS, NULL, false},
	{"set its privileges", take_privileges, 0, "capset", false},
	{"enter a namespace", leave_namespace, 0, "unshare", false},
	{"use an io_uring", use_ring, ENOSYS, NULL, false},
	{"use keys", use_keys, 0, "keyctl", false},
	{"load a BPF program", load_bpf, 0, "bpf", false},
	{"find others' shared memory", attach_shared_memory, ENOSYS, NULL, false},
	{"find a secret in the environment", find_secret, ENOENT, NULL, false},
	{"make shared memory", make_memory, 0, NULL, false},
};

/* --- the world -----------------------------------------------------------------------------------
 */

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void place(char path[96], const char *name)
{
	snprintf(path, 96, "%s/%s", world.folder, name);
}

static int make_world(void **state)
{
	(void)state;
	char path[128], script[256];
	strcpy(world.folder, "/tmp/luashot-sandbox-XXXXXX");
	assert_non_null(mkdtemp(world.folder));
	place(world.inside, "inside");
	place(world.outside, "outside");
	place(world.script, "script");
	place(world.ran, "ran");
	place(world.socket, "socket");
	assert_int_equal(mkdir(world.inside, 0700), 0);
	write_file(world.outside, "untouched", 0600);
	snprintf(script, sizeof script, "#!/bin/sh\n: >%s\n", world.ran);
	write_file(world.script, script, 0700);
	snprintf(path, sizeof path, "%s/file", world.inside);
	write_file(path, "mine", 0600);
	snprintf(path, sizeof path, "%s/link", world.inside);
	assert_int_equal(symlink("../outside", path), 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, world.socket);
	world.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(world.listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(world.listener, 1), 0);
	static char variable[sizeof secret];
	memcpy(variable, secret, sizeof secret);
	putenv(variable);
	if (!freopen("/dev/null", "r", stdin)) { /* a thread that reads a terminal would stay */
		return -1;
	}
	world.threads = count_threads(); /* an emulator has some of its own */
	world.victim = fork();
	if (world.victim == 0) {
		pause();
		_exit(0);
	}
	return 0;
}

static int remove_world(void **state)
{
	(void)state;
	char command[128];
	kill(world.victim, SIGKILL);
	waitpid(world.victim, NULL, 0);
	close(world.listener);
	snprintf(command, sizeof command, "rm -r %s", world.folder);
	return system(command);
}

/* Nothing outside is any different. */
static void check_world(const struct stat *before)
{
	struct stat info;
	char text[16] = "";
	int fd = open(world.outside, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof text - 1), strlen("untouched"));
	close(fd);
	assert_string_equal(text, "untouched");
	assert_int_equal(stat(world.outside, &info), 0);
	assert_int_equal(info.st_mode, before->st_mode);
	assert_int_equal(info.st_uid, before->st_uid);
	assert_int_equal(info.st_nlink, 1);
	assert_int_equal(info.st_mtim.tv_sec, before->st_mtim.tv_sec);
	assert_int_equal(info.st_mtim.tv_nsec, before->st_mtim.tv_nsec);
	assert_int_equal(access(world.ran, F_OK), -1);
	assert_int_equal(waitpid(world.victim, NULL, WNOHANG), 0);
	struct pollfd knock = {.fd = world.listener, .events = POLLIN};
	assert_int_equal(poll(&knock, 1, 0), 0);
}

/* --- running them --------------------------------------------------------------------------------
 */

struct task {
	struct shot_sandbox sandbox;
	int (*make)(void);
};

/* _exit, because a sanitizer's look for leaks is an attack, too. */
static int lock_and_try(void *argument, int channel)
{
	struct task *task = argument;
	struct shot_error err;
	task->sandbox.channel = channel;
	if (!shot_sandbox_lock(&task->sandbox, &err)) {
		dprintf(STDERR_FILENO, "%s\n", err.message);
		_exit(CANNOT_LOCK);
	}
	_exit(task->make());
}

static bool has_landlock(void)
{
	struct shot_error err;
	return shot_landlock_version(&err) > 0;
}

/* A thread that carried the output of the child before may still be on its way out, in the
 * allocator of a sanitizer, whose locks a child of fork would find held for ever. The host
 * supervises once. */
static struct shot_outcome supervise(const struct shot_charge *charge)
{
	struct shot_outcome outcome;
	struct shot_error err;
	assert_true(are_threads(world.threads));
	fflush(NULL);
	if (!shot_supervisor_run(charge, &outcome, &err)) {
		fail_msg("%s", err.message);
	}
	return outcome;
}

static struct shot_outcome run(int (*make)(void), struct shot_limits limits, bool without_landlock)
{
	struct task task = {.sandbox = {.folder = world.inside,
				    .limits = limits,
				    .without_landlock = without_landlock},
		.make = make};
	struct stat before;
	assert_int_equal(stat(world.outside, &before), 0);
	struct shot_outcome outcome = supervise(&(struct shot_charge){
		.run = lock_and_try, .argument = &task, .limits = limits, .reads_input = true});
	check_world(&before);
	return outcome;
}

static void check(const struct attempt *attempt, int number, bool without_landlock)
{
	struct shot_outcome outcome = run(attempt->make, (struct shot_limits){0}, without_landlock);
	bool as_expected = attempt->call
				   ? outcome.ending == SHOT_ENDING_CALL &&
					     strcmp(outcome.call, attempt->call) == 0
				   : outcome.ending == SHOT_ENDING_EXIT && outcome.status == number;
	if (!as_expected) {
		fail_msg("%s: ending %d, status %d (%s), signal %d, call '%s'", attempt->what,
			outcome.ending, outcome.status, strerror(outcome.status), outcome.signal,
			outcome.call);
	}
}

static void attacks_are_refused_or_ended(void **state)
{
	(void)state;
	bool landlock = has_landlock();
	if (!landlock) {
		print_message("no landlock here: what it refuses is not tried\n");
	}
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		if (landlock || !attempts[i].is_about_files) {
			check(&attempts[i], attempts[i].number, !landlock);
		}
	}
}

/* Then there is no open at all. */
static void without_landlock_no_file_is_opened(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		check(&attempts[i], attempts[i].is_about_files ? ENOSYS : attempts[i].number, true);
	}
}

#ifdef __x86_64__
/* getpid, by the numbers of other machines, which a filter may not know. */
static int call_as_i386(void)
{
	long result = 20;
	__asm__ volatile("int $0x80" : "+a"(result)::"memory");
	return 0;
}

static int call_as_x32(void)
{
	return answer(syscall(0x40000000 | SYS_getpid));
}

/* A kernel that has no calls of i386 crashes there. */
static void calls_of_another_machine_are_none(void **state)
{
	(void)state;
	struct shot_outcome outcome = run(call_as_i386, (struct shot_limits){0}, !has_landlock());
	assert_true(outcome.signal == SIGSYS || outcome.signal == SIGSEGV);
	outcome = run(call_as_x32, (struct shot_limits){0}, !has_landlock());
	assert_int_equal(outcome.signal, SIGSYS);
}
#endif

static void a_kernel_without_landlock_is_refused_unless_told_otherwise(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_sandbox sandbox = {.folder = world.inside};
	assert_int_equal(shot_sandbox_check(&sandbox, &err), has_landlock());
	if (!has_landlock()) {
		assert_string_equal(err.code, "ENOTSUP");
		assert_non_null(strstr(err.message, "--sandbox-without-landlock"));
	}
	sandbox.without_landlock = true;
	assert_true(shot_sandbox_check(&sandbox, &err));
}

static void the_reason_is_told(void **state)
{
	(void)state;
	char text[200];
	struct shot_limits none = {0};
	struct shot_outcome outcome = run(make_socket, none, !has_landlock());
	assert_true(shot_outcome_explain(&outcome, &none, text, sizeof text));
	assert_string_equal(
		text, "the sandbox ended the script: it tried a forbidden system call, socket");
	assert_int_equal(shot_outcome_status(&outcome), 128 + SIGSYS);
	outcome = run(crash, none, !has_landlock());
	assert_true(shot_outcome_explain(&outcome, &none, text, sizeof text));
	assert_string_equal(
		text, "the script's process was ended by signal 11 (Segmentation fault)");
	assert_int_equal(shot_outcome_status(&outcome), 128 + SIGSEGV);
	outcome = run(find_secret, none, !has_landlock());
	assert_false(shot_outcome_explain(&outcome, &none, text, sizeof text));
	assert_int_equal(shot_outcome_status(&outcome), ENOENT);
}

static void time_is_limited_also_for_who_ignores_the_signal(void **state)
{
	(void)state;
	char text[200];
	int (*const loops[])(void) = {use_time, use_time_unmoved};
	for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
		struct shot_limits limits = {.cpu = CPU_SECONDS};
		struct shot_outcome outcome = run(loops[i], limits, !has_landlock());
		assert_int_equal(outcome.ending, SHOT_ENDING_CPU);
		assert_int_equal(shot_outcome_status(&outcome), 128 + SIGXCPU);
		assert_true(shot_outcome_explain(&outcome, &limits, text, sizeof text));
		assert_string_equal(text, "the sandbox ended the script: it used up its 1 s of "
					  "processor time");
	}
}

static int take_memory(void)
{
	void *memory = mmap(
		NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return answer(memory == MAP_FAILED ? -1 : 0);
}

static void memory_is_limited(void **state)
{
	(void)state;
	if (getenv("LUASHOT_SANITIZED")) {
		print_message("not tried: a sanitizer needs the whole address space\n");
		return;
	}
	struct shot_limits limits = {.memory = (uint64_t)512 << 20};
	struct shot_outcome outcome = run(take_memory, limits, !has_landlock());
	assert_int_equal(outcome.ending, SHOT_ENDING_EXIT);
	assert_int_equal(outcome.status, ENOMEM);
	outcome = run(take_memory, (struct shot_limits){0}, !has_landlock());
	assert_int_equal(outcome.status, 0);
}

static int check_descriptors(void *argument, int channel)
{
	int *passed = argument;
	_exit(fcntl(*passed, F_GETFD) == -1 && errno == EBADF && fcntl(channel, F_GETFD) >= 0);
}

static void descriptors_are_not_inherited(void **state)
{
	(void)state;
	int fd = fcntl(STDERR_FILENO, F_DUPFD, 20);
	struct shot_outcome outcome =
		supervise(&(struct shot_charge){.run = check_descriptors, .argument = &fd});
	close(fd);
	assert_int_equal(outcome.status, 1);
}

/* --- what locking refuses ------------------------------------------------------------------------
 */

static void *be_there(void *argument)
{
	(void)argument;
	pause();
	return NULL;
}

static void leave_thread(void)
{
	pthread_t thread;
	shot_thread_start(&thread, be_there, NULL);
}

static void leave_file(void)
{
	open("/etc/passwd", O_RDONLY);
}

static void leave_folder(void)
{
	open("/", O_PATH | O_DIRECTORY);
}

static void leave_memory_file(void)
{
	open("/proc/self/mem", O_RDWR);
}

static void leave_device(void)
{
	open("/dev/zero", O_RDWR);
}

static void leave_end_of_pipe(void)
{
	int ends[2];
	if (pipe(ends) == 0) {
		close(ends[0]);
	}
}

static void leave_socket(void)
{
	socket(AF_UNIX, SOCK_STREAM, 0);
}

static void leave_process(void)
{
	syscall(SYS_pidfd_open, getppid(), 0);
}

static void leave_many(void)
{
	while (fcntl(STDERR_FILENO, F_DUPFD, 0) >= 0) {
	}
}

static void leave_own(void)
{
	int ends[2];
	epoll_create1(0);
	eventfd(0, 0);
	if (pipe(ends) < 0) {
		abort();
	}
}

static const struct remainder {
	void (*leave)(void);
	const char *says; /* NULL: it may stay */
} remainders[] = {
	{leave_own, NULL},
	{leave_thread, "this process has 2 threads"},
	{leave_file, "descriptor 4 (/etc/passwd) would stay open"},
	{leave_folder, "descriptor 4 (/) would stay open"},
	{leave_memory_file, "/mem) would stay open"},
	{leave_device, "descriptor 4 (/dev/zero) would stay open"},
	{leave_end_of_pipe, "descriptor 5 (pipe:"},
	{leave_socket, "1 sockets among "},
	{leave_process, "would stay open"},
	{leave_many, "Too many open files"},
};

/* 0, when it refuses for the right reason, or accepts. */
static int leave_and_lock(void *argument, int channel)
{
	const struct remainder *remainder = argument;
	struct shot_error err = {.message = ""};
	struct shot_sandbox sandbox = {
		.folder = world.inside, .channel = channel, .without_landlock = !has_landlock()};
	remainder->leave();
	bool ok = shot_sandbox_lock(&sandbox, &err);
	if (remainder->says ? !ok && strstr(err.message, remainder->says) : ok) {
		_exit(0);
	}
	dprintf(STDERR_FILENO, "%s: '%s'\n", remainder->says, err.message);
	_exit(1);
}

static void nothing_stays_outside(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof remainders / sizeof *remainders; i++) {
		struct remainder remainder = remainders[i];
		struct shot_outcome outcome = supervise(
			&(struct shot_charge){.run = leave_and_lock, .argument = &remainder});
		assert_int_equal(outcome.ending, SHOT_ENDING_EXIT);
		assert_int_equal(outcome.status, 0);
	}
}

int main(void)
{
	if (sizeof(size_t) < 8) {
		puts("skipped, because the sandbox needs 64 bits");
		return 77;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attacks_are_refused_or_ended),
		cmocka_unit_test(without_landlock_no_file_is_opened),
#ifdef __x86_64__
		cmocka_unit_test(calls_of_another_machine_are_none),
#endif
		cmocka_unit_test(a_kernel_without_landlock_is_refused_unless_told_otherwise),
		cmocka_unit_test(the_reason_is_told),
		cmocka_unit_test(time_is_limited_also_for_who_ignores_the_signal),
		cmocka_unit_test(memory_is_limited),
		cmocka_unit_test(descriptors_are_not_inherited),
		cmocka_unit_test(nothing_stays_outside),
	};
	return cmocka_run_group_tests(tests, make_world, remove_world);
}
