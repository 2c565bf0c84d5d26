#include "lua_bounds.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <lauxlib.h>

#include "image/image.h"

#define PATIENCE_NS 10000000
#define LARGEST_FILE (16 << 20)

static lua_State *volatile running;

static void raise_interrupt(lua_State *L, lua_Debug *ignored)
{
	(void)ignored;
	lua_sethook(L, NULL, 0, 0);
	luaL_error(L, "interrupted");
}

static void on_timer(int ignored)
{
	(void)ignored;
	if (running) {
		lua_sethook(running, raise_interrupt, LUA_MASKCALL | LUA_MASKCOUNT, 1);
	}
}

/* To this thread alone: a blocking call of it shall end. Again and again, because one that comes
 * just before the call waits is slept through. */
static void set_timer(bool on)
{
	static timer_t timer;
	static bool is_made;
	if (!is_made) {
		struct sigaction action = {.sa_handler = on_timer};
		struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN};
		event._sigev_un._tid = gettid();
		if (sigaction(SIGRTMIN, &action, NULL) != 0 ||
			timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) {
			abort();
		}
		is_made = true;
	}
	struct itimerspec when = {{0, on ? PATIENCE_NS : 0}, {0, on ? PATIENCE_NS : 0}};
	timer_settime(timer, 0, &when, NULL);
}

void fuzz_begin_call(lua_State *L)
{
	running = L;
	set_timer(true);
}

void fuzz_end_call(lua_State *L)
{
	set_timer(false);
	running = NULL;
	lua_sethook(L, NULL, 0, 0);
}

static void do_nothing(int ignored)
{
	(void)ignored;
}

void fuzz_limit_files(void)
{
	struct rlimit limit = {LARGEST_FILE, LARGEST_FILE};
	struct sigaction action = {.sa_handler = do_nothing}; /* the call fails with EFBIG, too */
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || sigaction(SIGXFSZ, &action, NULL) != 0) {
		abort();
	}
}

const char *fuzz_ring_prefix(void)
{
	static char prefix[40];
	snprintf(prefix, sizeof prefix, "luashot-fuzz-%d-", (int)getpid());
	return prefix;
}

static bool is_ring_left(void)
{
	DIR *folder = opendir("/dev/shm");
	bool found = false;
	for (const struct dirent *entry; folder && (entry = readdir(folder));) {
		found |= strstr(entry->d_name, fuzz_ring_prefix()) != NULL;
	}
	if (folder) {
		closedir(folder);
	}
	return found;
}

/* Open sockets, events and memory; the fuzzer itself opens pipes, to the program that names its
 * functions, and files. Each goes to `told` as well, unless that is NULL. */
static int count_descriptors(FILE *told)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;
	for (const struct dirent *entry; folder && (entry = readdir(folder));) {
		char target[64] = "";
		if (readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1) > 0 &&
			(!strncmp(target, "socket:", 7) || !strncmp(target, "anon_", 5) ||
				!strncmp(target, "/memfd:", 7))) {
			count++;
			if (told) {
				fprintf(told, "%s is %s\n", entry->d_name, target);
			}
		}
	}
	if (folder) {
		closedir(folder);
	}
	return count;
}

void fuzz_check_nothing_left(void)
{
	static int before = -1;
	int now = count_descriptors(NULL);
	before = before >= 0 ? before : now;
	for (int i = 0; now > before && i < 15000;
		i++) { /* a display that nobody waits for opens */
		usleep(1000);
		now = count_descriptors(NULL);
	}
	if (now > before || shot_image_bytes() != 0 || is_ring_left()) {
		fprintf(stderr, "left: %d descriptors, %zu bytes of pictures%s\n", now - before,
			(size_t)shot_image_bytes(), is_ring_left() ? ", rings" : "");
		count_descriptors(stderr);
		abort();
	}
}
