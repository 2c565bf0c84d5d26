#include "process/syscall_filter.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/library.h"
#include "process/pass_fd.h"
#include "process/syscall_table.h"

struct library {
	__typeof__(seccomp_init) *init;
	__typeof__(seccomp_release) *release;
	__typeof__(seccomp_attr_set) *attr_set;
	__typeof__(seccomp_rule_add_array) *rule_add;
	__typeof__(seccomp_load) *load;
	__typeof__(seccomp_notify_fd) *notify_fd;
	__typeof__(seccomp_export_bpf) *export_bpf;
	__typeof__(seccomp_syscall_resolve_name) *number_of;
	__typeof__(seccomp_syscall_resolve_num_arch) *name_of;
};

enum { RULE_ARGUMENTS = 3, MOST_NAME = 32, DESCRIPTOR_BITS = 8 };

static bool load_library(struct library *library, struct shot_error *err)
{
	static const char *const names[] = {"seccomp_init", "seccomp_release", "seccomp_attr_set",
		"seccomp_rule_add_array", "seccomp_load", "seccomp_notify_fd", "seccomp_export_bpf",
		"seccomp_syscall_resolve_name", "seccomp_syscall_resolve_num_arch", NULL};
	_Static_assert(sizeof *library == sizeof names - sizeof *names, "a name for each pointer");
	return shot_library_load(SHOT_LIBRARY_SECCOMP, names, library, err);
}

/* A filter under construction. */
struct draft {
	const struct library *library;
	scmp_filter_ctx filter;
	bool opens;	 /* the script may open files of its folder */
	uint32_t attack; /* the action for an attack */
	uint32_t ask;	 /* the action for a call about which the supervisor decides */
};

static uint32_t action_of(const struct draft *draft, enum shot_verdict verdict)
{
	switch (verdict) {
	case SHOT_CALL_ASKS:
		return draft->ask;
	case SHOT_CALL_ENDS:
		return draft->attack;
	default:
		return SCMP_ACT_ALLOW;
	}
}

static struct scmp_arg_cmp compare(const struct shot_call_argument *argument)
{
	switch (argument->comparison) {
	case SHOT_ARGUMENT_IS_OWN_PROCESS:
		return (struct scmp_arg_cmp){
			argument->number, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0};
	case SHOT_ARGUMENT_IS_OTHER_PROCESS:
		return (struct scmp_arg_cmp){
			argument->number, SCMP_CMP_NE, (scmp_datum_t)getpid(), 0};
	default:
		return argument->mask == UINT64_MAX
			       ? (struct scmp_arg_cmp){argument->number, SCMP_CMP_EQ,
					 argument->value, 0}
			       : (struct scmp_arg_cmp){argument->number, SCMP_CMP_MASKED_EQ,
					 argument->mask, argument->value};
	}
}

/* Adds "the argument is above 2"; 0, or a negative errno as libseccomp's functions. libseccomp has
 * no "not" for half an argument: 3 passes, and every value with one of the bits from 4 on. */
static int add_above_2(const struct draft *draft, uint32_t action, int number, unsigned argument)
{
	struct scmp_arg_cmp rule = {argument, SCMP_CMP_MASKED_EQ, UINT32_MAX, 3};
	int failed = draft->library->rule_add(draft->filter, action, number, 1, &rule);
	for (unsigned bit = 2; bit < DESCRIPTOR_BITS && !failed; bit++) {
		rule.datum_a = rule.datum_b = UINT64_C(1) << bit;
		failed = draft->library->rule_add(draft->filter, action, number, 1, &rule);
	}
	return failed;
}

static int add(const struct draft *draft, const struct shot_call_group *group, const char *name)
{
	int number = draft->library->number_of(name);
	uint32_t action = action_of(draft, group->verdict);
	struct scmp_arg_cmp arguments[RULE_ARGUMENTS];
	if (number < 0 || (group->verdict == SHOT_CALL_OPENS && !draft->opens)) {
		return 0;
	}
	if (group->count == 1 && group->arguments[0].comparison == SHOT_ARGUMENT_IS_ABOVE_2) {
		return add_above_2(draft, action, number, group->arguments[0].number);
	}
	for (unsigned i = 0; i < group->count; i++) {
		arguments[i] = compare(&group->arguments[i]);
	}
	return draft->library->rule_add(draft->filter, action, number, group->count, arguments);
}

static int add_group(const struct draft *draft, const struct shot_call_group *group)
{
	int failed = 0;
	for (const char *at = group->names; *at && !failed;) {
		char name[MOST_NAME];
		size_t length = strcspn(at, " ");
		snprintf(name, sizeof name, "%.*s", (int)length, at);
		failed = add(draft, group, name);
		at += length + strspn(at + length, " ");
	}
	return failed;
}

static int add_groups(const struct draft *draft)
{
	int failed = draft->library->attr_set(
		draft->filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	for (const struct shot_call_group *group = shot_call_groups; group->names && !failed;
		group++) {
		failed = add_group(draft, group);
	}
	return failed;
}

/* Without a listener nothing counts the threads, and the kernel itself ends an attack. */
static scmp_filter_ctx make(const struct library *library, bool opens, bool listens, int *failed)
{
	const struct draft draft = {.library = library,
		.filter = library->init(SCMP_ACT_ERRNO(ENOSYS)),
		.opens = opens,
		.attack = listens ? SCMP_ACT_NOTIFY : SCMP_ACT_KILL_PROCESS,
		.ask = listens ? SCMP_ACT_NOTIFY : SCMP_ACT_ALLOW};
	*failed = draft.filter ? add_groups(&draft) : -ENOMEM;
	return draft.filter;
}

/* Lets the message pass that brings the listener to the supervisor: no one could decide about it
 * yet. */
static int add_channel(const struct library *library, scmp_filter_ctx filter, int channel)
{
	const struct scmp_arg_cmp arguments[] = {{0, SCMP_CMP_EQ, (scmp_datum_t)channel, 0},
		{2, SCMP_CMP_EQ, SHOT_PASS_FD_FLAGS, 0}};
	return library->rule_add(
		filter, SCMP_ACT_ALLOW, library->number_of("sendmsg"), 2, arguments);
}

static int install(
	const struct library *library, bool opens, int channel, bool listens, int *listener)
{
	int failed;
	scmp_filter_ctx filter = make(library, opens, listens, &failed);
	if (!failed && listens) {
		failed = add_channel(library, filter, channel);
	}
	if (!failed) {
		failed = library->load(filter);
	}
	*listener = !failed && listens ? library->notify_fd(filter) : -1;
	library->release(filter);
	return failed;
}

bool shot_syscall_filter_prepare(struct shot_error *err)
{
	struct library library;
	return load_library(&library, err);
}

bool shot_syscall_filter_install(bool opens, int channel, int *listener, struct shot_error *err)
{
	struct library library;
	if (!load_library(&library, err)) {
		return false;
	}
	int failed = install(&library, opens, channel, true, listener);
	if (failed) {
		failed = install(&library, opens, channel, false, listener);
	}
	return !failed || shot_fail_errno(err, -failed, "cannot restrict system calls (seccomp)");
}

bool shot_syscall_filter_write(bool opens, int fd, struct shot_error *err)
{
	struct library library;
	int failed;
	if (!load_library(&library, err)) {
		return false;
	}
	scmp_filter_ctx filter = make(&library, opens, true, &failed);
	if (!failed) {
		failed = library.export_bpf(filter, fd);
	}
	library.release(filter);
	return !failed || shot_fail_errno(err, -failed, "cannot write the filter (seccomp)");
}

static void name_call(const struct seccomp_data *call, char *name, unsigned size)
{
	struct library library;
	struct shot_error err;
	char *known = NULL;
	if (load_library(&library, &err)) {
		known = library.name_of(call->arch, call->nr);
	}
	if (known) {
		snprintf(name, size, "%s", known);
	} else {
		snprintf(name, size, "number %d", call->nr);
	}
	free(known);
}

static int count_threads(pid_t pid)
{
	char path[32];
	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	DIR *tasks = opendir(path);
	int count = 0;
	for (const struct dirent *task; tasks && (task = readdir(tasks));) {
		count += task->d_name[0] != '.';
	}
	if (!tasks) {
		return INT_MAX;
	}
	closedir(tasks);
	return count;
}

/* Another thread may write an address there afterwards. That has no effect, because all sockets in
 * the sandbox are connected streams. */
static bool has_address(pid_t pid, uint64_t message)
{
	struct msghdr copy = {0};
	struct iovec here = {&copy, sizeof copy};
	struct iovec there = {(void *)(uintptr_t)message, sizeof copy}; /* NOLINT */
	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)sizeof copy &&
	       copy.msg_name != NULL;
}

static void answer(int listener, uint64_t id, int error)
{
	struct seccomp_notif_resp reply = {
		.id = id, .error = -error, .flags = error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE};
	/* Kernels before 5.5 cannot let the call continue. */
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply) < 0 && errno == EINVAL) {
		reply.flags = 0;
		reply.error = -ENOSYS;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
	}
}

bool shot_syscall_filter_decide(int listener, pid_t pid, char *name, unsigned size)
{
	struct seccomp_notif call;
	memset(&call, 0, sizeof call);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0) {
		return false;
	}
	name_call(&call.data, name, size);
	if (strcmp(name, "clone") == 0 && (call.data.args[0] & CLONE_THREAD)) {
		bool room = count_threads(pid) < SHOT_SYSCALL_FILTER_THREADS;
		answer(listener, call.id, room ? 0 : EAGAIN);
	} else if (strcmp(name, "sendmsg") == 0 && !has_address(pid, call.data.args[1])) {
		answer(listener, call.id, 0);
	} else {
		return true;
	}
	*name = '\0';
	return false;
}
