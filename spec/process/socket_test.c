/* link: --wrap=socket --wrap=fchmod --wrap=bind --wrap=listen --wrap=linkat --wrap=getrandom */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/socket.h"

enum { NOBODY = 65534 };

static char folder[] = "/tmp/luashot-socket-XXXXXX";

/* --- what fails ------------------------------------------------------------------------------ */

static const char *failing;
static int number; /* the errno of it */

static bool fails(const char *name)
{
	errno = number;
	return failing && !strcmp(failing, name);
}

int __real_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol)
{
	return fails("socket") ? -1 : __real_socket(domain, type, protocol);
}

int __real_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode)
{
	return fails("fchmod") ? -1 : __real_fchmod(fd, mode);
}

int __real_bind(int fd, const struct sockaddr *address, socklen_t size);
int __wrap_bind(int fd, const struct sockaddr *address, socklen_t size);
int __wrap_bind(int fd, const struct sockaddr *address, socklen_t size)
{
	return fails("bind") ? -1 : __real_bind(fd, address, size);
}

int __real_listen(int fd, int backlog);
int __wrap_listen(int fd, int backlog);
int __wrap_listen(int fd, int backlog)
{
	return fails("listen") ? -1 : __real_listen(fd, backlog);
}

int __real_linkat(int from, const char *old, int to, const char *name, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *name, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *name, int flags)
{
	return fails("linkat") ? -1 : __real_linkat(from, old, to, name, flags);
}

ssize_t __real_getrandom(void *bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags)
{
	return fails("getrandom") ? -1 : __real_getrandom(bytes, size, flags);
}

/* --- tests ----------------------------------------------------------------------------------- */

static int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	(void)state;
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1; /* nothing is left */
}

static void assert_refused(const char *path, const char *code)
{
	struct shot_socket place;
	struct shot_error err;
	assert_int_equal(shot_socket_listen(&place, path, &err), -1);
	assert_string_equal(err.code, code);
	assert_int_equal(place.folder, -1);
	shot_socket_remove(&place);
}

/* A socket file that nobody listens at. */
static void leave_dead_socket(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s", name);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
}

static void is_private_whatever_the_umask(void **state)
{
	(void)state;
	mode_t before = umask(0);
	struct shot_socket place;
	struct shot_error err;
	int fd = shot_socket_listen(&place, "door", &err);
	assert_true(fd >= 0);
	struct stat info;
	assert_int_equal(lstat("door", &info), 0);
	assert_true(S_ISSOCK(info.st_mode));
	assert_int_equal(info.st_mode & 07777, 0600);
	assert_int_equal(umask(before), 0); /* untouched */
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(place.folder, F_GETFD), FD_CLOEXEC);
	shot_socket_remove(&place);
	shot_socket_remove(&place);
	close(fd);
	assert_int_equal(lstat("door", &info), -1);
}

static void replaces_the_dead_and_respects_the_living(void **state)
{
	(void)state;
	leave_dead_socket("door");
	struct shot_socket place;
	struct shot_error err;
	int fd = shot_socket_listen(&place, "door", &err);
	assert_true(fd >= 0);
	assert_refused("door", "EADDRINUSE");

	int client = shot_socket_connect("door", &err);
	assert_true(client >= 0);
	int server = accept(fd, NULL, NULL);
	pid_t pid = 0;
	assert_true(shot_socket_check_peer(server, &pid, &err));
	assert_int_equal(pid, getpid());
	close(client);
	close(server);

	shot_socket_remove(&place);
	close(fd);
	assert_int_equal(shot_socket_connect("door", &err), -1);
	assert_string_equal(err.code, "ENOENT");
}

static void follows_its_folder_and_not_the_path(void **state)
{
	(void)state;
	struct shot_socket place;
	struct shot_error err;
	assert_int_equal(mkdir("here", 0700), 0);
	int fd = shot_socket_listen(&place, "here/door", &err);
	assert_true(fd >= 0);
	assert_int_equal(rename("here", "there"), 0);
	assert_int_equal(mkdir("here", 0700), 0);
	leave_dead_socket("here/door");
	shot_socket_remove(&place);
	close(fd);
	assert_int_equal(rmdir("there"), 0);
	assert_int_equal(unlink("here/door"), 0); /* somebody else's was left alone */
	assert_int_equal(rmdir("here"), 0);
}

static void removes_nothing_but_its_own(void **state)
{
	(void)state;
	struct shot_socket place;
	struct shot_error err;
	int fd = shot_socket_listen(&place, "door", &err);
	assert_int_equal(unlink("door"), 0);
	leave_dead_socket("door");
	shot_socket_remove(&place);
	close(fd);
	assert_int_equal(unlink("door"), 0);
}

static void refuses_what_is_no_socket(void **state)
{
	(void)state;
	assert_int_equal(symlink("elsewhere", "door"), 0);
	assert_refused("door", "ELOOP");
	assert_int_equal(unlink("door"), 0);
	leave_dead_socket("elsewhere");
	assert_int_equal(symlink("elsewhere", "door"), 0);
	assert_refused("door", "ELOOP");
	assert_int_equal(unlink("door"), 0);
	assert_int_equal(unlink("elsewhere"), 0);

	assert_int_equal(mkdir("door", 0700), 0);
	assert_refused("door", "EEXIST");
	assert_int_equal(rmdir("door"), 0);
	close(open("door", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_refused("door", "EEXIST");
	assert_int_equal(unlink("door"), 0);
}

static void refuses_odd_paths(void **state)
{
	(void)state;
	char long_name[300];
	memset(long_name, 'x', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	assert_refused("", "EINVAL");
	assert_refused(".", "EINVAL");
	assert_refused("..", "EINVAL");
	assert_refused("door/", "EINVAL");
	assert_refused(long_name, "EINVAL");
	for (int length = 200; length > 80; length -= 17) { /* no address has room for them */
		long_name[length] = '\0';
		assert_refused(long_name, "EINVAL");
	}
	char long_path[5000];
	memset(long_path, '/', sizeof long_path);
	strcpy(long_path + sizeof long_path - 5, "door");
	assert_refused(long_path, "ENAMETOOLONG");
	assert_refused("none/door", "ENOENT");
	close(open("file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_refused("file/door", "ENOTDIR");
	assert_int_equal(unlink("file"), 0);
}

/* leave_folder finds whatever is left. */
static void tells_which_call_failed(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int number;
		const char *code;
	} cases[] = {{"socket", EMFILE, "EMFILE"}, {"fchmod", EPERM, "EPERM"},
		{"bind", EACCES, "EACCES"}, {"listen", ENOBUFS, "ENOBUFS"},
		{"linkat", EPERM, "EPERM"}, {"getrandom", EAGAIN, "EAGAIN"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		failing = cases[i].name;
		number = cases[i].number;
		assert_refused("door", cases[i].code);
	}
	struct shot_error err;
	failing = "socket";
	number = EMFILE;
	assert_int_equal(shot_socket_connect("door", &err), -1);
	assert_string_equal(err.code, "EMFILE");
	/* Another host has taken the name before this one could replace the dead socket. */
	failing = NULL;
	leave_dead_socket("door");
	failing = "linkat";
	number = EEXIST;
	assert_refused("door", "EEXIST");
	failing = NULL;
	assert_int_equal(unlink("door"), -1); /* the dead one is gone */
}

static void does_not_wait_for_ever_for_another_host(void **state)
{
	(void)state;
	leave_dead_socket("door");
	int folder_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(folder_fd, LOCK_EX), 0);
	assert_refused("door", "EAGAIN");
	close(folder_fd);
	assert_int_equal(unlink("door"), 0);
}

static void takes_the_longest_name(void **state)
{
	(void)state;
	char path[1000] = "";
	for (int i = 0; i < 3; i++) {
		size_t length = strlen(path);
		memset(path + length, 'f', 200);
		assert_int_equal(mkdir(path, 0700), 0);
		path[length + 200] = '/';
	}
	size_t length = strlen(path);
	memset(path + length, 'd', 80);
	struct shot_socket place;
	struct shot_error err;
	int fd = shot_socket_listen(&place, path, &err);
	int client = fd >= 0 ? shot_socket_connect(path, &err) : -1;
	assert_true(client >= 0);
	close(client);
	shot_socket_remove(&place);
	close(fd);
	for (size_t end = length; end > 0; end -= 201) {
		path[end - 1] = '\0';
		assert_int_equal(rmdir(path), 0);
	}
}

static void checks_the_folder(void **state)
{
	(void)state;
	assert_int_equal(mkdir("shared", 0700), 0);
	struct shot_socket place;
	struct shot_error err;
	static const struct {
		mode_t mode;
		bool is_good;
	} modes[] = {{0777, false}, {0770, false}, {0707, false}, {01777, true}, {0755, true}};
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		assert_int_equal(chmod("shared", modes[i].mode), 0);
		int fd = shot_socket_listen(&place, "shared/door", &err);
		assert_int_equal(fd >= 0, modes[i].is_good);
		shot_socket_remove(&place);
		if (fd >= 0) {
			close(fd);
		}
	}
	assert_int_equal(rmdir("shared"), 0);
}

/* Connect as somebody else, and wait to be hung up on. */
static void connect_as_nobody(const char *path)
{
	struct shot_error err;
	bool is_other = setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0;
	int fd = is_other ? shot_socket_connect(path, &err) : -1;
	char byte;
	_exit(fd >= 0 && read(fd, &byte, 1) == 0 ? 0 : 1);
}

/* Connect as somebody else to a host of a third user. */
static void connect_to_another(const char *path)
{
	struct shot_error err;
	bool is_other = setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0;
	bool is_refused = is_other && shot_socket_connect(path, &err) < 0;
	_exit(is_refused && !strcmp(err.code, "EPERM") ? 0 : 1);
}

static void a_client_knows_another_users_host(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		skip(); /* only root can be two others */
	}
	struct shot_socket place;
	struct shot_error err;
	assert_int_equal(chmod(folder, 01777), 0);
	assert_int_equal(seteuid(NOBODY - 1), 0);
	int fd = shot_socket_listen(&place, "door", &err);
	assert_int_equal(seteuid(0), 0);
	assert_true(fd >= 0);
	assert_int_equal(chmod("door", 0666), 0);
	pid_t child = fork();
	if (child == 0) {
		connect_to_another("door");
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	shot_socket_remove(&place);
	close(fd);
	assert_int_equal(chmod(folder, 0700), 0);
}

static void knows_another_user(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		skip(); /* only root can be somebody else */
	}
	struct shot_socket place;
	struct shot_error err;
	assert_int_equal(chmod(folder, 0755), 0);
	int fd = shot_socket_listen(&place, "door", &err);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_SETFL, 0), 0); /* accept waits */
	assert_int_equal(chmod("door", 0666), 0);
	pid_t child = fork();
	if (child == 0) {
		connect_as_nobody("door");
	}
	int server = accept(fd, NULL, NULL);
	pid_t pid;
	assert_false(shot_socket_check_peer(server, &pid, &err));
	assert_string_equal(err.code, "EPERM");
	close(server);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	shot_socket_remove(&place);
	close(fd);

	leave_dead_socket("door");
	assert_int_equal(chown("door", NOBODY, NOBODY), 0);
	assert_refused("door", "EPERM");
	assert_int_equal(unlink("door"), 0);
	assert_int_equal(mkdir("theirs", 0700), 0);
	assert_int_equal(chown("theirs", NOBODY, NOBODY), 0);
	assert_refused("theirs/door", "EPERM");
	assert_int_equal(rmdir("theirs"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_private_whatever_the_umask),
		cmocka_unit_test(replaces_the_dead_and_respects_the_living),
		cmocka_unit_test(follows_its_folder_and_not_the_path),
		cmocka_unit_test(removes_nothing_but_its_own),
		cmocka_unit_test(refuses_what_is_no_socket),
		cmocka_unit_test(refuses_odd_paths),
		cmocka_unit_test(takes_the_longest_name),
		cmocka_unit_test(checks_the_folder),
		cmocka_unit_test(tells_which_call_failed),
		cmocka_unit_test(does_not_wait_for_ever_for_another_host),
		cmocka_unit_test(a_client_knows_another_users_host),
		cmocka_unit_test(knows_another_user),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
