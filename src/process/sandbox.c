#include "process/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "process/landlock.h"
#include "process/pass_fd.h"
#include "process/syscall_filter.h"

#define DESCRIPTORS 256 /* each can be memory that RLIMIT_AS does not count */

static const char *const kept[] = {
	"TZ=", "TERM=", "COLORTERM=", "COLUMNS=", "LINES=", "LANG=", "LC_ALL=", "LC_CTYPE="};

bool shot_sandbox_check(const struct shot_sandbox *sandbox, struct shot_error *err)
{
	struct shot_error why;
	return sandbox->without_landlock || shot_landlock_version(&why) > 0 ||
	       shot_fail(err, "ENOTSUP",
		       "--sandbox: %s; nothing else keeps a script to its folder. With "
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

/* Passwords are found there. The text is overwritten, because it would stay in memory. */
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

/* A second between the signal that says so and the one that cannot be handled. */
static bool set_limits(const struct shot_limits *limits, struct shot_error *err)
{
	return limit(RLIMIT_CORE, 0, 0, err) &&
	       limit(RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS, err) &&
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

static bool enter_folder(const struct shot_sandbox *sandbox, struct shot_error *err)
{
	int folder = open(sandbox->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 || fchdir(folder) < 0) {
		int number = errno;
		if (folder >= 0) {
			close(folder);
		}
		return shot_fail_errno(err, number, "--sandbox %s", sandbox->folder);
	}
	bool ok = sandbox->without_landlock || shot_landlock_enter(folder, err);
	close(folder);
	return ok;
}

bool shot_sandbox_lock(struct shot_sandbox *sandbox, struct shot_error *err)
{
	if (!shot_sandbox_check(sandbox, err)) {
		return false;
	}
	tzset(); /* reads the zone's file, once */
	if (sandbox->preload) {
		sandbox->preload();
	}
	clear_environment();
	int listener;
	if (!shot_calls_prepare(err) || !drop_privileges(err) || !enter_folder(sandbox, err) ||
		!set_limits(&sandbox->limits, err) ||
		!shot_calls_restrict(!sandbox->without_landlock, &listener, err)) {
		return false;
	}
	bool ok = true;
	if (listener >= 0) {
		ok = shot_channel_send(sandbox->channel, listener) ||
		     shot_fail_errno(err, errno, "cannot reach the supervisor");
		close(listener);
	}
	close(sandbox->channel);
	sandbox->channel = -1;
	return ok;
}
