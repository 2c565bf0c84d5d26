#include "process/headless.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptors.h"
#include "base/wait.h"
#include "process/compositor.h"
#include "process/xauthority.h"

enum {
	START_SECONDS = 30,
	END_SECONDS = 5,
	TERMS_A_SECOND = 2,
	DISPLAY_FD = SHOT_COMPOSITOR_REPORT, /* in the server, as Xvfb is told, too */
	PATH_SIZE = 512,
};

struct server {
	enum shot_headless kind;
	const char *program; /* "Xvfb" */
	int width, height;
	char folder[PATH_SIZE];
	char authority[PATH_SIZE + 16];
	char log[PATH_SIZE + 16];
	int lifeline[2]; /* the host holds the writing end open while it lives */
	int number[2];	 /* the server reports here that it is ready, with its name */
};

/* exit() must close this. */
static int lifeline = -1;
static pid_t supervisor;
static pid_t host;

static void run_xvfb(const struct server *server)
{
	char screen[32];
	snprintf(screen, sizeof screen, "%dx%dx24", server->width, server->height);
	execlp("Xvfb", "Xvfb", "-displayfd", "3", "-screen", "0", screen, "-auth",
		server->authority, "-nolisten", "tcp", "-noreset", (char *)NULL);
}

/* The server's own process, between fork and exec. `supervised` is readable at the supervisor's
 * end.
 */
static _Noreturn void become_server(const struct server *server, pid_t parent, int supervised)
{
	/* Xvfb removes its lock file and socket on SIGTERM. sway can lose one, as end_server says.
	 */
	prctl(PR_SET_PDEATHSIG, server->kind == SHOT_HEADLESS_X11 ? SIGTERM : SIGKILL);
	if (getppid() != parent) {
		_exit(EXIT_FAILURE); /* it died before the line above */
	}
	int null = open("/dev/null", O_RDONLY);
	int log = open(server->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int number = fcntl(server->number[1], F_DUPFD, 10);
	int life = fcntl(supervised, F_DUPFD, 10);
	dup2(null, STDIN_FILENO);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	dup2(number, DISPLAY_FD);
	dup2(life, SHOT_COMPOSITOR_LIFELINE);
	shot_descriptors_close_from(
		server->kind == SHOT_HEADLESS_X11 ? DISPLAY_FD + 1 : SHOT_COMPOSITOR_LIFELINE + 1);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGUSR1, SIG_DFL); /* if it were ignored, Xvfb would signal its parent when ready */
	if (server->kind == SHOT_HEADLESS_X11) {
		run_xvfb(server);
	} else {
		shot_compositor_become(
			server->program, server->folder, server->width, server->height);
	}
	dprintf(DISPLAY_FD, "E%d\n", errno);
	_exit(EXIT_FAILURE);
}

/* Ends it by SIGTERM, on which it removes its lock file and socket. sway loses one that comes
 * before its loop runs, so that it gets more. */
static void end_server(pid_t pid)
{
	const struct timespec pause = {.tv_nsec = SHOT_NS_PER_S / TERMS_A_SECOND};
	sigset_t child;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (int i = 0; i < END_SECONDS * TERMS_A_SECOND; i++) {
		kill(pid, SIGTERM);
		sigtimedwait(&child, NULL, &pause);
		if (waitpid(pid, NULL, WNOHANG) != 0) {
			return;
		}
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Removes the files in luashot's folder: compositors leave their sockets. */
static void empty(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	while (folder && (entry = readdir(folder))) {
		unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (folder) {
		closedir(folder);
	}
}

/* The supervisor: it has its own session, ignores signals, and holds no descriptors but the
 * lifeline and the end of a pipe that tells the server of its own end. */
static _Noreturn void supervise(const struct server *server)
{
	setsid();
	prctl(PR_SET_NAME, "luashot-xvfb");
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	pid_t self = getpid();
	int supervised[2] = {-1, -1};
	pid_t pid = pipe2(supervised, O_CLOEXEC) < 0 ? -1 : fork();
	if (pid == 0) {
		become_server(server, self, supervised[0]);
	}
	dup2(server->lifeline[0], STDIN_FILENO);
	dup2(supervised[1], STDERR_FILENO + 1);
	int null = open("/dev/null", O_WRONLY);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	shot_descriptors_close_from(STDERR_FILENO + 2);
	char ignored;
	while (read(STDIN_FILENO, &ignored, 1) != 0) {
	}
	close(STDERR_FILENO + 1);
	if (pid > 0) {
		end_server(pid);
	}
	empty(server->folder);
	rmdir(server->folder);
	_exit(EXIT_SUCCESS);
}

static void stop(void)
{
	if (getpid() == host) {
		close(lifeline);
		while (waitpid(supervisor, NULL, 0) < 0 && errno == EINTR) {
		}
	}
}

/* Reads the last line that the server wrote, for the message. */
static void read_last_words(const char *path, char *text, int size)
{
	char line[256];
	FILE *log = fopen(path, "re");
	snprintf(text, (size_t)size, "it gave no reason");
	while (log && fgets(line, sizeof line, log)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0]) {
			snprintf(text, (size_t)size, "%.*s", size - 1, line);
		}
	}
	if (log) {
		fclose(log);
	}
}

/* Reads the line that the server writes when it accepts clients. */
static bool read_name(const struct server *server, char *text, size_t size, struct shot_error *err)
{
	int64_t deadline = shot_deadline_in(START_SECONDS);
	char words[160];
	int number;
	memset(text, 0, size);
	for (size_t length = 0; length < size - 1 && !strchr(text, '\n');) {
		switch (shot_wait_readable(server->number[0], -1, deadline)) {
		case SHOT_WAIT_SIGNAL:
			continue;
		case SHOT_WAIT_TIMEOUT:
			return shot_fail(err, "ETIMEDOUT", "%s did not start within %d s",
				server->program, START_SECONDS);
		default:
			break;
		}
		ssize_t got = read(server->number[0], text + length, size - 1 - length);
		if (got <= 0) {
			break;
		}
		length += (size_t)got;
	}
	if (sscanf(text, "E%d", &number) == 1) {
		return number == ENOENT && server->kind == SHOT_HEADLESS_X11
			       ? shot_fail(err, "ENOSERVER",
					 "this --headless needs Xvfb, which is not installed (on "
					 "Debian: apt install xvfb)")
			       : shot_fail(err, "ENOSERVER", "%s cannot be run: %s",
					 server->program, strerror(number));
	}
	if (text[0] == 'S') {
		return shot_fail(err, "ENOSERVER",
			"%s has no output of %dx%d: that takes sway; or wlr-randr, and labwc or "
			"cage 0.2; --headless=wayland:1280x720 takes neither",
			server->program, server->width, server->height);
	}
	if (strchr(text, '\n')) {
		return true;
	}
	read_last_words(server->log, words, sizeof words);
	return shot_fail(err, "ENOSERVER", "%s did not start: %s", server->program, words);
}

static bool make_folder(struct server *server, struct shot_error *err)
{
	const char *parent = getenv("XDG_RUNTIME_DIR");
	if (!parent || access(parent, W_OK) != 0) {
		parent = "/tmp";
	}
	if (snprintf(server->folder, PATH_SIZE, "%s/luashot-XXXXXX", parent) >= PATH_SIZE) {
		return shot_fail(err, "ENAMETOOLONG", "XDG_RUNTIME_DIR is too long: %s", parent);
	}
	if (!mkdtemp(server->folder)) {
		return shot_fail_errno(err, errno, "cannot make a folder in %s", parent);
	}
	snprintf(server->authority, sizeof server->authority, "%s/authority", server->folder);
	snprintf(server->log, sizeof server->log, "%s/log", server->folder);
	return true;
}

/* Makes this process and its children use the server of that name. */
static void set_environment(const struct server *server, const char *text)
{
	char name[64], display[PATH_SIZE + 80];
	if (server->kind == SHOT_HEADLESS_X11) {
		snprintf(display, sizeof display, ":%d", atoi(text));
		setenv("DISPLAY", display, 1);
		setenv("XAUTHORITY", server->authority, 1);
		unsetenv("WAYLAND_DISPLAY");
		return;
	}
	*name = *display = '\0';
	if (sscanf(text, "W%63s %63s", name, display) == 2) {
		setenv("DISPLAY", display, 1); /* its Xwayland */
	} else {
		unsetenv("DISPLAY");
	}
	snprintf(display, sizeof display, "%s/%s", server->folder, name);
	setenv("WAYLAND_DISPLAY", display, 1);
}

bool shot_headless_start(enum shot_headless kind, int width, int height, struct shot_error *err)
{
	bool is_x11 = kind == SHOT_HEADLESS_X11;
	struct server server = {.kind = kind,
		.program = is_x11 ? "Xvfb" : shot_compositor_find(err),
		.width = width,
		.height = height};
	char text[192];
	if (!server.program || !make_folder(&server, err)) {
		return false;
	}
	if (is_x11 && !shot_xauthority_write(server.authority, err)) {
		rmdir(server.folder);
		return false;
	}
	if (pipe2(server.lifeline, O_CLOEXEC) < 0 || pipe2(server.number, O_CLOEXEC) < 0 ||
		(supervisor = fork()) < 0) {
		unlink(server.authority);
		rmdir(server.folder);
		return shot_fail_errno(err, errno, "cannot start a process for %s", server.program);
	}
	if (supervisor == 0) {
		supervise(&server);
	}
	host = getpid();
	lifeline = server.lifeline[1];
	close(server.lifeline[0]);
	close(server.number[1]);
	atexit(stop);
	bool ok = read_name(&server, text, sizeof text, err);
	close(server.number[0]);
	if (ok) {
		set_environment(&server, text);
	}
	return ok;
}
