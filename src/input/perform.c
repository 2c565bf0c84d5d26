#include "input/perform.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/thread.h"
#include "input/gesture.h"
#include "input/hangup.h"

/* Programs get up to 20 seconds to take in what was typed, and the server has the rest. */
enum { SOCKET_FD = 3, LAST_S = 30 };

/* Finds slots and rings, which would live as long as this process. Other shared mappings are the
 * libraries' own. */
static bool is_slot_or_ring(const char *mapping)
{
	return strstr(mapping, "/memfd:") || strstr(mapping, "/dev/shm/") ||
	       strstr(mapping, "/SYSV");
}

static void unmap_shared_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	while (maps && fgets(line, sizeof line, maps)) {
		unsigned long from, to;
		char kind;
		if (sscanf(line, "%lx-%lx %*c%*c%*c%c", &from, &to, &kind) == 3 && kind == 's' &&
			is_slot_or_ring(line)) {
			munmap((void *)from, to - from);
		}
	}
	if (maps) {
		fclose(maps);
	}
}

/* Ctrl-C and a terminal that hangs up concern the script; this process releases its keys after it.
 * The script's handlers belong to threads that this process lacks. */
static void leave_parent(int socket)
{
	setsid();
	for (int signal = 1; signal < NSIG; signal++) {
		struct sigaction old;
		if (sigaction(signal, NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
			old = (struct sigaction){.sa_handler = SIG_DFL};
			sigaction(signal, &old, NULL);
		}
	}
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
		signal(ignored[i], SIG_IGN);
	}
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NAME, "luashot input");
	int nothing = open("/dev/null", O_RDWR);
	dup2(socket, SOCKET_FD);
	for (int fd = 0; fd < SOCKET_FD; fd++) {
		dup2(nothing, fd);
	}
	shot_descriptors_close_from(SOCKET_FD + 1);
	fcntl(SOCKET_FD, F_SETFD, FD_CLOEXEC);
	unmap_shared_memory();
}

static bool answer(bool is_done, const struct shot_error *err)
{
	struct shot_answer message = {.is_done = is_done};
	if (!is_done) {
		/* Behind its end the text is whatever the stack held. */
		message.err.code = err->code;
		snprintf(message.err.message, sizeof message.err.message, "%s", err->message);
	}
	return send(SOCKET_FD, &message, sizeof message, 0) == sizeof message;
}

/* Ends this process some time after the script, whatever it waits for. */
static void *end_late(void *nothing)
{
	shot_hung_up(SOCKET_FD, INFINITY);
	sleep(LAST_S);
	_exit(EXIT_FAILURE);
	return nothing;
}

_Noreturn void shot_perform(const struct shot_actor_kind *kind, const char *name, int socket)
{
	struct shot_error err;
	struct shot_act act;
	pthread_t thread;
	leave_parent(socket);
	shot_thread_start(&thread, end_late, NULL);
	struct shot_actor *actor = kind->open(name, SOCKET_FD, &err);
	bool goes_on = answer(actor != NULL, &err) && actor;
	if (actor) {
		actor->kind = kind;
	}
	while (goes_on && recv(SOCKET_FD, &act, sizeof act, 0) == sizeof act) {
		goes_on = answer(shot_gesture(actor, &act, SOCKET_FD, &err), &err);
	}
	if (actor) {
		kind->close(actor);
	}
	_exit(EXIT_SUCCESS);
}
