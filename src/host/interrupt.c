#include "host/interrupt.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>

#include <lauxlib.h>

enum phase {
	QUIET,	 /* no signal */
	PENDING, /* a hook is armed */
	RAISED,	 /* the error is under way, or the host knows */
};

/* A signal handler has nothing but static memory to work on. */
static lua_State *volatile running;
static volatile sig_atomic_t phase;
static volatile sig_atomic_t number;
static volatile sig_atomic_t is_gentle; /* the next signal only asks */
static volatile sig_atomic_t asked;
static pthread_t owner;
static int wake_fd = -1;

static const char traceback_key;
static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

static void drain(void)
{
	eventfd_t ignored;
	eventfd_read(wake_fd, &ignored);
}

/* The hook: runs at the next call or instruction after the signal. */
static void stop(lua_State *L, lua_Debug *at)
{
	(void)at;
	lua_sethook(L, NULL, 0, 0);
	if (phase != PENDING) {
		return;
	}
	phase = RAISED;
	drain();
	luaL_where(L, 0);
	if (*lua_tostring(L, -1) == '\0') {
		lua_pop(L, 1);
		luaL_where(L, 1);
	}
	lua_pushliteral(L, "interrupted");
	lua_concat(L, 2);
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &traceback_key) == LUA_TNIL) {
		luaL_traceback(L, L, lua_tostring(L, -2), 0);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &traceback_key);
	}
	lua_pop(L, 1);
	lua_error(L);
}

static void arm(lua_State *L)
{
	lua_sethook(L, stop, LUA_MASKCALL | LUA_MASKCOUNT, 1);
}

static void on_signal(int which)
{
	int saved = errno;
	if (!pthread_equal(pthread_self(), owner)) {
		pthread_kill(owner, which);
	} else if (is_gentle) {
		is_gentle = false;
		asked = which;
		eventfd_write(wake_fd, 1);
	} else if (phase != QUIET) {
		signal(which, SIG_DFL);
		raise(which);
	} else {
		number = which;
		phase = PENDING;
		if (running) {
			arm(running);
		}
		eventfd_write(wake_fd, 1);
	}
	errno = saved;
}

bool shot_interrupt_start(lua_State *L, struct shot_error *err)
{
	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake_fd < 0) {
		return shot_fail_errno(err, errno, "cannot make an eventfd for signals");
	}
	owner = pthread_self();
	running = L;
	/* No SA_RESTART: a script that reads its input must notice. */
	struct sigaction ours = {.sa_handler = on_signal};
	sigemptyset(&ours.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct sigaction before;
		sigaction(signals[i], NULL, &before);
		if (before.sa_handler != SIG_IGN) {
			sigaction(signals[i], &ours, NULL);
		}
	}
	return true;
}

void shot_interrupt_finish(void)
{
	running = NULL;
}

int shot_interrupt_fd(void)
{
	return wake_fd;
}

int shot_interrupt_signal(void)
{
	return phase == QUIET ? 0 : number;
}

int shot_interrupt_asked(void)
{
	return asked;
}

bool shot_interrupt_is_raised(void)
{
	return phase == RAISED;
}

static void set_running(lua_State *L)
{
	running = L;
	if (phase == PENDING) {
		arm(L);
	}
}

lua_State *shot_interrupt_enter(lua_State *co)
{
	lua_State *before = running;
	set_running(co);
	return before;
}

void shot_interrupt_leave(lua_State *before)
{
	set_running(before);
}

void shot_interrupt_repeat(void)
{
	phase = PENDING;
}

void shot_interrupt_settle(lua_State *L)
{
	if (phase != QUIET) {
		phase = RAISED;
		lua_sethook(L, NULL, 0, 0);
		drain();
	}
}

static int get(lua_State *L)
{
	if (phase == QUIET) {
		return 0;
	}
	lua_pushinteger(L, number);
	lua_rawgetp(L, LUA_REGISTRYINDEX, &traceback_key);
	return 2;
}

static int clear(lua_State *L)
{
	lua_pushnil(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &traceback_key);
	shot_interrupt_settle(L);
	phase = QUIET;
	return 0;
}

void shot_interrupt_push_get(lua_State *L)
{
	lua_pushcfunction(L, get);
}

void shot_interrupt_push_clear(lua_State *L)
{
	lua_pushcfunction(L, clear);
}

static int be_gentle(lua_State *L)
{
	(void)L;
	is_gentle = true;
	return 0;
}

static int get_asked(lua_State *L)
{
	if (!asked) {
		return 0;
	}
	if (phase == QUIET) {
		drain(); /* or the loop would not sleep */
	}
	lua_pushinteger(L, asked);
	return 1;
}

void shot_interrupt_push_be_gentle(lua_State *L)
{
	lua_pushcfunction(L, be_gentle);
}

void shot_interrupt_push_asked(lua_State *L)
{
	lua_pushcfunction(L, get_asked);
}
