#include "host/interrupt.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <time.h>

#include <lauxlib.h>

enum phase {
	QUIET,	 /* no signal */
	PENDING, /* a hook is armed */
	RAISED,	 /* the error is being raised, or the host knows */
};

enum gentleness {
	NOT_GENTLE,
	GENTLE_BUT_SIGINT, /* every other signal only asks */
	GENTLE,
};

#define END_OF_GRACE (SIGRTMIN + 1)

/* A signal handler can use only static memory. */
static lua_State *volatile running;
static struct shot_running main_state; /* the outermost */
static struct shot_running *entered;
static volatile sig_atomic_t phase;
static volatile sig_atomic_t number;
static volatile sig_atomic_t gentleness;
static volatile sig_atomic_t asked;
static timer_t patience; /* sends END_OF_GRACE; made when signals become gentle */
static struct itimerspec grace;
static bool ends_job; /* an error for one job only is being raised */
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

static bool only_asks(int which)
{
	return gentleness == GENTLE || (gentleness == GENTLE_BUT_SIGINT && which != SIGINT);
}

static void end_grace(void)
{
	const struct itimerspec never = {0};
	if (asked) {
		timer_settime(patience, 0, &never, NULL);
	}
}

static void on_signal(int which)
{
	int saved = errno;
	if (!pthread_equal(pthread_self(), owner)) {
		pthread_kill(owner, which);
	} else if (only_asks(which)) {
		gentleness = NOT_GENTLE;
		asked = which;
		timer_settime(patience, 0, &grace, NULL);
		eventfd_write(wake_fd, 1);
	} else if (phase != QUIET) {
		signal(which, SIG_DFL);
		raise(which);
	} else {
		end_grace();
		number = asked ? asked : which;
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
	main_state.L = L;
	entered = &main_state;
	/* No SA_RESTART, so that a script that reads its input notices. */
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
	running = main_state.L = NULL;
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
	return phase == RAISED || ends_job;
}

void shot_interrupt_end_job(lua_State *L)
{
	ends_job = true;
	luaL_where(L, 0);
	lua_pushliteral(L, "interrupted");
	lua_concat(L, 2);
	lua_error(L);
}

void shot_interrupt_job_is_over(void)
{
	ends_job = false;
}

static void set_running(lua_State *L)
{
	running = L;
	if (L && phase == PENDING) {
		arm(L);
	}
}

void shot_interrupt_enter(struct shot_running *inner, lua_State *co)
{
	*inner = (struct shot_running){co, entered};
	entered = inner;
	set_running(co);
}

void shot_interrupt_leave(struct shot_running *inner)
{
	entered = inner->outer;
	set_running(entered->L);
}

const struct shot_running *shot_interrupt_entered(void)
{
	return entered;
}

lua_State *shot_interrupt_running(void)
{
	return running;
}

void shot_interrupt_rearm(lua_State *L)
{
	if (phase == PENDING && L == running) {
		arm(L);
	}
}

void shot_interrupt_unhook(lua_State *L)
{
	lua_sethook(L, NULL, 0, 0);
	shot_interrupt_rearm(L);
}

void shot_interrupt_repeat(void)
{
	phase = PENDING;
}

void shot_interrupt_settle(lua_State *L)
{
	end_grace();
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

/* Runs once. On systems without such timers, signals do not change. */
static int be_gentle(lua_State *L)
{
	lua_Number seconds = luaL_checknumber(L, 1);
	grace.it_value.tv_sec = (time_t)seconds;
	grace.it_value.tv_nsec = (long)((seconds - (lua_Number)grace.it_value.tv_sec) * 1e9);
	struct sigaction action = {.sa_handler = on_signal};
	sigemptyset(&action.sa_mask);
	sigaction(END_OF_GRACE, &action, NULL);
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = END_OF_GRACE};
	if (seconds > 0 && timer_create(CLOCK_MONOTONIC, &event, &patience) == 0) {
		gentleness = lua_toboolean(L, 2) ? GENTLE : GENTLE_BUT_SIGINT;
	}
	return 0;
}

static int get_asked(lua_State *L)
{
	if (!asked) {
		return 0;
	}
	lua_pushinteger(L, asked);
	return 1;
}

/* A signal that only asks has woken the loop; this lets the loop sleep again. */
static int hear(lua_State *L)
{
	(void)L;
	if (phase == QUIET) {
		drain();
	}
	return 0;
}

void shot_interrupt_push_hear(lua_State *L)
{
	lua_pushcfunction(L, hear);
}

void shot_interrupt_push_be_gentle(lua_State *L)
{
	lua_pushcfunction(L, be_gentle);
}

void shot_interrupt_push_asked(lua_State *L)
{
	lua_pushcfunction(L, get_asked);
}
