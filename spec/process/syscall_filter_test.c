/* The filter decides what the table says: worked out by hand for each number and many arguments, on
 * this machine or in emulation; and as the kernel does it.
 *	link: -lseccomp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/pass_fd.h"
#include "process/syscall_filter.h"
#include "process/syscall_table.h"

enum { NUMBERS = 600, ROUNDS = 60, SECONDS = 20 };

#define REFUSED (SECCOMP_RET_ERRNO | ENOSYS)

/* --- what the table says -------------------------------------------------------------------------
 */

static bool has_argument(const struct shot_call_argument *wanted, const uint64_t *arguments)
{
	uint64_t argument = arguments[wanted->number];
	switch (wanted->comparison) {
	case SHOT_ARGUMENT_IS_OWN_PROCESS:
		return argument == (uint64_t)getpid();
	case SHOT_ARGUMENT_IS_OTHER_PROCESS:
		return argument != (uint64_t)getpid();
	case SHOT_ARGUMENT_IS_ABOVE_2:
		/* 256 and more there cannot be; a part of these is refused. */
		return (uint32_t)argument == 3 || (argument & 0xfc) != 0;
	default:
		return (argument & wanted->mask) == wanted->value;
	}
}

static bool is_named(const char *names, int number)
{
	for (const char *at = names; *at;) {
		char name[32];
		size_t length = strcspn(at, " ");
		snprintf(name, sizeof name, "%.*s", (int)length, at);
		if (seccomp_syscall_resolve_name(name) == number) {
			return true;
		}
		at += length + strspn(at + length, " ");
	}
	return false;
}

/* The groups that a number is in; the names are looked up once. */
static const struct shot_call_group *groups_of[NUMBERS][16];

static void look_names_up(void)
{
	for (int number = 0; number < NUMBERS; number++) {
		int count = 0;
		for (const struct shot_call_group *group = shot_call_groups; group->names;
			group++) {
			if (is_named(group->names, number)) {
				assert_true(count < 15);
				groups_of[number][count++] = group;
			}
		}
	}
}

static uint32_t expected(int number, const uint64_t *arguments, bool opens)
{
	for (const struct shot_call_group **at = groups_of[number]; *at; at++) {
		bool has_all = true;
		for (unsigned i = 0; i < (*at)->count; i++) {
			has_all &= has_argument(&(*at)->arguments[i], arguments);
		}
		if (has_all) {
			switch ((*at)->verdict) {
			case SHOT_CALL_PASSES:
				return SECCOMP_RET_ALLOW;
			case SHOT_CALL_OPENS:
				return opens ? SECCOMP_RET_ALLOW : REFUSED;
			default:
				return SECCOMP_RET_USER_NOTIF;
			}
		}
	}
	return REFUSED;
}

/* --- by hand -------------------------------------------------------------------------------------
 */

struct program {
	struct sock_filter *code;
	size_t size;
};

static struct program write_program(bool opens)
{
	struct shot_error err;
	struct program program;
	int fd = memfd_create("filter", MFD_CLOEXEC);
	if (!shot_syscall_filter_write(opens, fd, &err)) {
		fail_msg("%s", err.message);
	}
	off_t size = lseek(fd, 0, SEEK_END);
	program.size = (size_t)size / sizeof *program.code;
	program.code = malloc((size_t)size);
	assert_int_equal(pread(fd, program.code, (size_t)size, 0), size);
	close(fd);
	return program;
}

/* What the kernel's interpreter does, as far as libseccomp makes use of it. */
static uint32_t run_program(const struct program *program, const struct seccomp_data *data)
{
	uint32_t a = 0;
	for (size_t at = 0; at < program->size; at++) {
		const struct sock_filter *step = &program->code[at];
		bool jumps = false;
		switch (step->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&a, (const char *)data + step->k, sizeof a);
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= step->k;
			continue;
		case BPF_RET | BPF_K:
			return step->k;
		case BPF_JMP | BPF_JA:
			at += step->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			jumps = a == step->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			jumps = a > step->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			jumps = a >= step->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			jumps = (a & step->k) != 0;
			break;
		default:
			fail_msg("an instruction %#x that this does not know", step->code);
		}
		at += jumps ? step->jt : step->jf;
	}
	fail_msg("the program has no end");
	return 0;
}

static uint64_t choose(unsigned *seed)
{
	static const uint64_t values[] = {0, 1, 2, 3, 4, 5, 8, 64, 255, 256, 0600, 0644, 0755,
		04600, 01000, 0x2000, 0x40000, 0x4000, 0x4040, 0x20000000, 0x5401, 0x5402, 0x5421,
		1030, 1033, 1034, 15, UINT64_MAX, 0x100000000, 0x100000001, 0x100000003, UINT32_MAX,
		SIGCHLD, CLONE_THREAD, 0x3d0f00, 0x50f00, 0x50b00, 0x4050f00, 0x7d0f00};
	unsigned chosen = (unsigned)rand_r(seed) % (sizeof values / sizeof *values + 1);
	return chosen == sizeof values / sizeof *values ? (uint64_t)getpid() : values[chosen];
}

/* An emulator has none. */
static bool has_filters(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

static void the_program_decides_what_the_table_says(void **state)
{
	(void)state;
	unsigned seed = 1, passed = 0, ended = 0;
	if (!has_filters()) {
		seccomp_api_set(6); /* a program can be made all the same */
	}
	look_names_up();
	for (int opens = 0; opens < 2; opens++) {
		struct program program = write_program(opens);
		for (int i = 0; i < NUMBERS * ROUNDS; i++) {
			uint64_t arguments[6];
			for (int n = 0; n < 6; n++) {
				arguments[n] = choose(&seed);
			}
			struct seccomp_data data = {
				.nr = i % NUMBERS, .arch = seccomp_arch_native()};
			memcpy(data.args, arguments, sizeof arguments);
			uint32_t is = run_program(&program, &data);
			uint32_t wanted = expected(data.nr, arguments, opens);
			if (is != wanted) {
				fail_msg("call %d (%llx, %llx, %llx, %llx): %#x and not %#x",
					data.nr, data.args[0], data.args[1], data.args[2],
					data.args[3], is, wanted);
			}
			passed += is == SECCOMP_RET_ALLOW;
			ended += is == SECCOMP_RET_USER_NOTIF;
		}
		/* The numbers of another machine, and of none. */
		struct seccomp_data data = {.nr = __NR_getpid, .arch = 0x1234};
		assert_int_equal(run_program(&program, &data), SECCOMP_RET_KILL_PROCESS);
		data = (struct seccomp_data){.nr = -1, .arch = seccomp_arch_native()};
		assert_int_equal(run_program(&program, &data), REFUSED);
		free(program.code);
	}
	assert_true(passed > NUMBERS && ended > NUMBERS);
}

/* --- by the kernel -------------------------------------------------------------------------------
 */

struct report {
	bool began, ended;
	long result;
	int number;
};

/* A crash is an end as any other, and not cmocka's. */
static void be_plain(void)
{
	signal(SIGILL, SIG_DFL);
	signal(SIGSEGV, SIG_DFL);
	alarm(SECONDS);
}

/* With arguments that are wrong for everything, so that nothing comes of it. */
static _Noreturn void call(int number, long argument, int channel, struct report *report)
{
	struct shot_error err;
	int listener;
	be_plain();
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!shot_syscall_filter_install(true, channel, &listener, &err) ||
		!shot_pass_fd_send(channel, listener)) {
		_exit(1);
	}
	report->began = true;
	report->result =
		syscall(number, argument, argument, argument, argument, argument, argument);
	report->number = errno;
	report->ended = true;
	_exit(0);
}

/* What is done about it: SECCOMP_RET_ALLOW also for what never comes back. */
static uint32_t try(int number, long argument, struct report *report)
{
	int ends[2];
	memset(report, 0, sizeof *report);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		call(number, argument, ends[1], report);
	}
	close(ends[1]);
	int listener = shot_pass_fd_receive(ends[0]);
	close(ends[0]);
	assert_true(listener >= 0);
	struct pollfd waits = {.fd = listener, .events = POLLIN};
	poll(&waits, 1, SECONDS * 1000);
	bool notified = waits.revents & POLLIN;
	if (notified) {
		kill(pid, SIGKILL);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(listener);
	assert_true(report->began);
	bool refused = report->ended && report->result == -1 && report->number == ENOSYS;
	return notified ? SECCOMP_RET_USER_NOTIF : refused ? REFUSED : SECCOMP_RET_ALLOW;
}

/* Whether this kernel, or what it is asked for here, is ENOSYS by itself. */
static bool is_unknown(int number, long argument)
{
	pid_t pid = fork();
	if (pid == 0) {
		be_plain();
		long result =
			syscall(number, argument, argument, argument, argument, argument, argument);
		_exit(result == -1 && errno == ENOSYS ? 38 : 0);
	}
	int status;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 38;
}

/* Those of uprobes the kernel does not show to any filter; they do nothing for who is not probed.
 */
static bool is_the_kernels_own(int number)
{
#ifdef __x86_64__
	return number == 335 || number == 336;
#else
	return number < 0;
#endif
}

static void the_kernel_decides_what_the_table_says(void **state)
{
	(void)state;
	if (!has_filters()) {
		print_message("not tried by the kernel: an emulator has no filters\n");
		return;
	}
	struct report *report = mmap(
		NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const uint64_t arguments[6] = {
		UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
	look_names_up();
	for (int number = 0; number < 480; number++) {
		uint32_t wanted = expected(number, arguments, true);
		uint32_t is = try(number, -1, report);
		if (is != wanted && !is_the_kernels_own(number) &&
			!(wanted == SECCOMP_RET_ALLOW && is_unknown(number, -1))) {
			fail_msg("call %d: %#x and not %#x", number, is, wanted);
		}
	}
	munmap(report, sizeof *report);
}

int main(void)
{
	if (sizeof(size_t) < 8) {
		puts("skipped, because the sandbox needs 64 bits");
		return 77;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_program_decides_what_the_table_says),
		cmocka_unit_test(the_kernel_decides_what_the_table_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
