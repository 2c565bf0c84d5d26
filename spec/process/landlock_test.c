/* Landlock alone: in a sandbox the filter of system calls refuses much of this before landlock can,
 * so that nothing there would tell that this wall is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "process/landlock.h"

/* What lies around the process: folder/secret, folder/inside/file, folder/inside/one/,
 * folder/inside/two/. The process is in folder/inside. */
static char folder[64];
static int tcp;
static struct sockaddr_in tcp_name;
static struct sockaddr_un abstract_name;

static int answer(long result)
{
	return result < 0 ? errno : 0;
}

static int open_as(const char *path, int flags)
{
	return answer(open(path, flags | O_CLOEXEC, 0600));
}

static int read_outside(void)
{
	return open_as("../secret", O_RDONLY);
}

static int write_outside(void)
{
	return open_as("../secret", O_WRONLY);
}

static int make_outside(void)
{
	return open_as("../new", O_WRONLY | O_CREAT);
}

static int list_outside(void)
{
	return open_as("..", O_RDONLY | O_DIRECTORY);
}

static int make_folder_outside(void)
{
	return answer(mkdir("../new", 0700));
}

static int link_to_outside(void)
{
	return answer(link("file", "../new"));
}

static int rename_to_outside(void)
{
	return answer(rename("file", "../new"));
}

static int remove_outside(void)
{
	return answer(unlink("../secret"));
}

static int truncate_outside(void)
{
	return answer(truncate("../secret", 0));
}

static int run_program(void)
{
	return answer(execl("/bin/true", "true", (char *)NULL));
}

static int make_link_inside(void)
{
	return answer(symlink("../secret", "new"));
}

static int make_fifo_inside(void)
{
	return answer(mkfifo("new", 0600));
}

static int connect_by_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return answer(connect(fd, (const void *)&tcp_name, sizeof tcp_name));
}

static int listen_by_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in name = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	return answer(bind(fd, (const void *)&name, sizeof name));
}

static int connect_to_abstract(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return answer(connect(fd, (const void *)&abstract_name, sizeof abstract_name));
}

static int signal_outside(void)
{
	return answer(kill(getppid(), 0));
}

static int use_files_inside(void)
{
	int made = open_as("one/new", O_RDWR | O_CREAT);
	int failed = made ? made : open_as("one/new", O_RDONLY | O_TRUNC);
	failed = failed ? failed : answer(mkdir("one/folder", 0700));
	failed = failed ? failed : answer(rmdir("one/folder"));
	return failed ? failed : answer(unlink("one/new"));
}

static int rename_inside(void)
{
	int failed = answer(rename("one", "two/one"));
	return failed ? failed : answer(rename("two/one", "one"));
}

struct attempt {
	const char *what;
	int (*run)(void);
	int since;    /* the version that decides about it */
	int expected; /* errno */
};

static const struct attempt attempts[] = {
	{"read a file outside", read_outside, 1, EACCES},
	{"write into a file outside", write_outside, 1, EACCES},
	{"make a file outside", make_outside, 1, EACCES},
	{"list a folder outside", list_outside, 1, EACCES},
	{"make a folder outside", make_folder_outside, 1, EACCES},
	{"link a file to the outside", link_to_outside, 2, EACCES},
	{"move a file to the outside", rename_to_outside, 2, EACCES},
	{"remove a file outside", remove_outside, 1, EACCES},
	{"run a program", run_program, 1, EACCES},
	{"make a link", make_link_inside, 1, EACCES},
	{"make a pipe", make_fifo_inside, 1, EACCES},
	{"use files inside", use_files_inside, 1, 0},
	{"move a folder inside", rename_inside, 2, 0},
	{"cut a file outside", truncate_outside, 3, EACCES},
	{"connect by TCP", connect_by_tcp, 4, EACCES},
	{"listen by TCP", listen_by_tcp, 4, EACCES},
	{"connect to an abstract socket", connect_to_abstract, 6, EPERM},
	{"signal a process outside", signal_outside, 6, EPERM},
};

/* In the child: what one attempt comes to, as the exit status. */
static _Noreturn void attempt(const struct attempt *it, bool is_locked)
{
	struct shot_error err;
	int inside = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (is_locked && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
				 !shot_landlock_enter(inside, &err))) {
		_exit(UCHAR_MAX);
	}
	_exit(it->run());
}

static int outcome(const struct attempt *it, bool is_locked)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		attempt(it, is_locked);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void each_right_is_handled(void **state)
{
	(void)state;
	struct shot_error err;
	int version = shot_landlock_version(&err);
	if (version == 0) {
		print_message("%s\n", err.message);
		skip();
	}
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		const struct attempt *it = &attempts[i];
		int got = version >= it->since ? outcome(it, true) : it->expected;
		if (got != it->expected) {
			fail_msg("%s: %d (%s), expected %d", it->what, got, strerror(got),
				it->expected);
		}
	}
}

/* Without the wall they succeed, so that the errors above are landlock's. */
static void each_attempt_works_without_it(void **state)
{
	(void)state;
	static int (*const harmless[])(void) = {read_outside, write_outside, list_outside,
		run_program, connect_by_tcp, listen_by_tcp, connect_to_abstract, signal_outside};
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		assert_int_equal(outcome(&(struct attempt){.run = harmless[i]}, false), 0);
	}
}

static void make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static int make_world(void **state)
{
	(void)state;
	socklen_t size = sizeof tcp_name;
	snprintf(folder, sizeof folder, "/tmp/luashot-landlock-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	make_file("secret");
	assert_int_equal(mkdir("inside", 0700), 0);
	assert_int_equal(chdir("inside"), 0);
	make_file("file");
	assert_int_equal(mkdir("one", 0700), 0);
	assert_int_equal(mkdir("two", 0700), 0);
	tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	tcp_name = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(tcp, (const void *)&tcp_name, size), 0);
	assert_int_equal(listen(tcp, SOMAXCONN), 0);
	assert_int_equal(getsockname(tcp, (void *)&tcp_name, &size), 0);
	int abstract = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	abstract_name.sun_family = AF_UNIX;
	snprintf(abstract_name.sun_path + 1, sizeof abstract_name.sun_path - 1, "%s", folder);
	assert_int_equal(bind(abstract, (const void *)&abstract_name, sizeof abstract_name), 0);
	assert_int_equal(listen(abstract, SOMAXCONN), 0);
	return 0;
}

static int remove_world(void **state)
{
	(void)state;
	char command[128];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_right_is_handled),
		cmocka_unit_test(each_attempt_works_without_it),
	};
	return cmocka_run_group_tests(tests, make_world, remove_world);
}
