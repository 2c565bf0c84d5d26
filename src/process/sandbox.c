#include "process/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/watchdog.h"
#include "process/landlock.h"
#include "process/pass_fd.h"
#include "process/syscall_filter.h"

#define DESCRIPTORS 256 /* each can be memory that RLIMIT_AS does not count */
#define SIGNALS 1024	/* waiting ones and timers, which the kernel counts for each user */

#define PAUSES 500 /* for threads that end */
#define PAUSE_NS 2000000

/* The filter of system calls knows those of 64-bit machines. Those of 32 bits have other names, and
 * on i386 the arguments of socket calls lie where no filter can look. */
#ifndef HAS_64_BITS
#define HAS_64_BITS (sizeof(void *) == 8)
#endif

enum { TARGET = 256 }; /* bytes of a descriptor's target, as /proc writes it */

static const char *const kept[] = {
	"TZ=", "TERM=", "COLORTERM=", "COLUMNS=", "LINES=", "LANG=", "LC_ALL=", "LC_CTYPE="};

bool shot_sandbox_check(const struct shot_sandbox *sandbox, struct shot_error *err)
{
	struct shot_error why;
	if (!HAS_64_BITS) {
		return shot_fail(err, "ENOTSUP",
			"--sandbox: this luashot has 32 bits, and the sandbox needs 64");
	}
	return sandbox->without_landlock || shot_landlock_version(&why) > 0 ||
	       shot_fail(err, "ENOTSUP",
		       "--sandbox: %s; only landlock can limit a script to its folder. With "
		       "--sandbox-without-landlock it can open no file at all",
		       why.message);
}

static bool is_kept(const char *variable)
{
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		if (strncmp(variable, kept[i], strlen(kept[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* The environment can hold passwords. The text is overwritten, because it would stay in memory. */
static void clear_environment(void)
{
	size_t count = 0;
	for (char **at = environ; *at; at++) {
		if (is_kept(*at)) {
			environ[count++] = *at;
		} else {
			explicit_bzero(*at, strlen(*at));
		}
	}
	environ[count] = NULL;
}

static bool limit(int what, rlim_t soft, rlim_t hard, struct shot_error *err)
{
	struct rlimit before;
	getrlimit(what, &before);
	const struct rlimit now = {.rlim_cur = soft < before.rlim_max ? soft : before.rlim_max,
		.rlim_max = hard < before.rlim_max ? hard : before.rlim_max};
	return setrlimit(what, &now) == 0 || shot_fail_errno(err, errno, "cannot set a limit");
}

/* Gives the channel a number that no later descriptor can have, and returns that number. */
static bool raise_channel(int *channel, rlim_t *most, struct shot_error *err)
{
	struct rlimit now;
	getrlimit(RLIMIT_NOFILE, &now);
	*most = now.rlim_max > DESCRIPTORS ? DESCRIPTORS : now.rlim_max - 1;
	now.rlim_cur = *most + 1;
	int raised = setrlimit(RLIMIT_NOFILE, &now) < 0
			     ? -1
			     : fcntl(*channel, F_DUPFD_CLOEXEC, (int)*most);
	if (raised < 0) {
		return shot_fail_errno(err, errno, "cannot set a limit");
	}
	close(*channel);
	*channel = raised;
	return true;
}

/* Leaves a second between SIGXCPU and SIGKILL, which cannot be handled. */
static bool set_limits(const struct shot_limits *limits, rlim_t descriptors, struct shot_error *err)
{
	return limit(RLIMIT_CORE, 0, 0, err) &&
	       limit(RLIMIT_NOFILE, descriptors, descriptors, err) &&
	       limit(RLIMIT_SIGPENDING, SIGNALS, SIGNALS, err) &&
	       (!limits->memory || limit(RLIMIT_AS, limits->memory, limits->memory, err)) &&
	       (!limits->cpu || limit(RLIMIT_CPU, limits->cpu, limits->cpu + 1, err));
}

static bool drop_privileges(struct shot_error *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
	if (syscall(SYS_capset, &header, none) < 0) {
		return shot_fail_errno(err, errno, "cannot drop privileges");
	}
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ||
	       shot_fail_errno(err, errno, "cannot set no_new_privs");
}

static int open_folder(const struct shot_sandbox *sandbox, struct shot_error *err)
{
	if (sandbox->open_folder) {
		return sandbox->open_folder(sandbox->folder, err);
	}
	int folder = open(sandbox->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		shot_fail_errno(err, errno, "%s", sandbox->folder);
	}
	return folder;
}

static bool enter_folder(const struct shot_sandbox *sandbox, struct shot_error *err)
{
	struct shot_error why;
	int folder = open_folder(sandbox, &why);
	if (folder < 0) {
		return shot_fail(err, why.code, "--sandbox: %.200s", why.message);
	}
	bool ok =
		fchdir(folder) == 0 || shot_fail_errno(err, errno, "--sandbox %s", sandbox->folder);
	ok = ok && (sandbox->without_landlock || shot_landlock_enter(folder, err));
	close(folder);
	return ok;
}

/* Lists the numbers in a folder of /proc, in ascending order, as far as they fit. -1 without /proc.
 * */
static int list_numbers(const char *path, int *numbers, int most)
{
	DIR *folder = opendir(path);
	int count = 0;
	for (const struct dirent *entry; folder && (entry = readdir(folder));) {
		if (entry->d_name[0] != '.') {
			if (count < most) {
				numbers[count] = atoi(entry->d_name);
			}
			count++;
		}
	}
	if (!folder) {
		return -1;
	}
	closedir(folder);
	return count;
}

/* One that was joined is listed until the kernel has done with it. */
static bool check_threads(struct shot_error *err)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	int count = list_numbers("/proc/self/task", NULL, 0);
	for (int i = 0; count > 1 && i < PAUSES; i++) {
		nanosleep(&pause, NULL);
		count = list_numbers("/proc/self/task", NULL, 0);
	}
	if (count < 0) {
		return shot_fail_errno(err, errno,
			"--sandbox: cannot see in /proc/self/task whether anything would stay "
			"outside of the walls");
	}
	return count == 1 ||
	       shot_fail(err, "ESANDBOX",
		       "--sandbox: this process has %d threads, and the sandbox would hold only one",
		       count);
}

/* Whether the target lies inside this process: the loop and signals of the host. */
static bool is_inner(const char *target)
{
	static const char *const kinds[] = {
		"anon_inode:[eventfd]", "anon_inode:[eventpoll]", "anon_inode:[timerfd]"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(target, kinds[i]) == 0) {
			return true;
		}
	}
	return false;
}

static void read_target(int fd, char target[TARGET])
{
	char path[32];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	ssize_t length = readlink(path, target, TARGET - 1);
	target[length < 0 ? 0 : length] = '\0';
}

/* Whether both ends of a pipe are open in this process, as of the loop's own pipe. */
static bool is_whole_pipe(const char *pipe, const int *fds, int count)
{
	char other[TARGET];
	int ends = 0;
	for (int i = 0; i < count; i++) {
		read_target(fds[i], other);
		ends += strcmp(other, pipe) == 0;
	}
	return ends >= 2;
}

/* process/streams.h decides about the targets of 0 to 2. */
static bool check_descriptors(const struct shot_sandbox *sandbox, struct shot_error *err)
{
	int fds[DESCRIPTORS];
	unsigned sockets = 0;
	char target[TARGET];
	int count = list_numbers("/proc/self/fd", fds, DESCRIPTORS);
	for (int i = 0; i < count && i < DESCRIPTORS; i++) {
		if (fds[i] <= STDERR_FILENO || fds[i] == sandbox->channel ||
			fcntl(fds[i], F_GETFD) < 0) { /* the folder that was listed */
			continue;
		}
		read_target(fds[i], target);
		if (strncmp(target, "socket:", strlen("socket:")) == 0) {
			sockets++;
		} else if (!is_inner(target) && !(strncmp(target, "pipe:", strlen("pipe:")) == 0 &&
							is_whole_pipe(target, fds, count))) {
			return shot_fail(err, "ESANDBOX",
				"--sandbox: descriptor %d (%.100s) would stay open", fds[i],
				target);
		}
	}
	return (count <= DESCRIPTORS && sockets == sandbox->connections) ||
	       shot_fail(err, "ESANDBOX",
		       "--sandbox: %u sockets among %d descriptors would stay open, where %u are "
		       "the display's",
		       sockets, count, sandbox->connections);
}

bool shot_sandbox_lock(struct shot_sandbox *sandbox, struct shot_error *err)
{
	if (!shot_sandbox_check(sandbox, err)) {
		return false;
	}
	shot_watchdog_rest(); /* its thread would stay outside; the next one is inside */
	tzset();	      /* reads the zone's file, once */
	if (sandbox->preload) {
		sandbox->preload();
	}
	clear_environment();
	int listener;
	rlim_t descriptors;
	if (!shot_syscall_filter_prepare(err) || !check_threads(err) ||
		!check_descriptors(sandbox, err) || !drop_privileges(err) ||
		!enter_folder(sandbox, err) ||
		!raise_channel(&sandbox->channel, &descriptors, err) ||
		!set_limits(&sandbox->limits, descriptors, err) ||
		!shot_syscall_filter_install(
			!sandbox->without_landlock, sandbox->channel, &listener, err)) {
		return false;
	}
	bool ok = true;
	if (listener >= 0) {
		ok = shot_pass_fd_send(sandbox->channel, listener) ||
		     shot_fail_errno(err, errno, "cannot reach the supervisor");
		close(listener);
	}
	close(sandbox->channel);
	sandbox->channel = -1;
	return ok;
}
