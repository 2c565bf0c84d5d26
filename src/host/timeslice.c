#include "host/timeslice.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <lauxlib.h>

#include "host/embedded.h"
#include "host/interrupt.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define TICK_NS 2000000L

/* The ticks of a slice; the first tick can come at any moment of the slice. */
enum { SLICE = 2 };

static const char mark; /* its address is the value */
static const char stuck_key;

/* A signal handler can use only static memory. */
static volatile sig_atomic_t ticks; /* since the slice began */
static lua_State *sliced;	    /* the hook made it yield, and its resumer does not know yet */

/* Whether the host's own Lua code runs. */
static bool is_of_host(lua_State *L, lua_Debug *at)
{
	static const char name[] = SHOT_EMBEDDED_CHUNK;
	return lua_getinfo(L, "S", at) && strncmp(at->source, name, sizeof name - 1) == 0;
}

bool shot_timeslice_is_unwanted(lua_State *L)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &stuck_key) == LUA_TFUNCTION) {
		lua_call(L, 0, 1);
	}
	bool is_unwanted = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return is_unwanted;
}

void shot_timeslice_consider(lua_State *L, lua_Debug *at)
{
	if (ticks < SLICE || is_of_host(L, at)) {
		return;
	}
	ticks = 0;
	if (!lua_isyieldable(L)) {
		if (shot_timeslice_is_unwanted(L)) {
			shot_interrupt_end_job(L);
		}
		return;
	}
	sliced = L;
	lua_yield(L, 0);
}

/* The hook: runs at the next instruction of Lua after a tick. */
static void give_way(lua_State *L, lua_Debug *at)
{
	shot_interrupt_unhook(L);
	if (at->event == LUA_HOOKCOUNT) {
		shot_timeslice_consider(L, at);
	}
}

static void on_tick(int which)
{
	(void)which;
	lua_State *L = shot_interrupt_running();
	if (ticks < SLICE) {
		ticks++;
	}
	if (ticks >= SLICE && L && lua_gethookmask(L) == 0) {
		lua_sethook(L, give_way, LUA_MASKCOUNT, 1);
	}
}

void shot_timeslice_begin(void)
{
	ticks = 0;
}

bool shot_timeslice_take(lua_State *co)
{
	bool was = sliced == co;
	sliced = NULL;
	return was;
}

void shot_timeslice_push_mark(lua_State *L)
{
	lua_pushlightuserdata(L, (void *)&mark);
}

bool shot_timeslice_is_mark(lua_State *L, int index)
{
	return lua_touserdata(L, index) == &mark;
}

static int atomic(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_call(L, lua_gettop(L) - 1, LUA_MULTRET); /* a call that cannot be yielded across */
	return lua_gettop(L);
}

void shot_timeslice_push_atomic(lua_State *L)
{
	lua_pushcfunction(L, atomic);
}

void shot_timeslice_on_stuck(lua_State *L)
{
	lua_rawsetp(L, LUA_REGISTRYINDEX, &stuck_key);
}

static void start_timer(void)
{
	static bool is_started;
	if (is_started) {
		return;
	}
	is_started = true;
	struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
	sigfillset(&action.sa_mask);
	sigaction(SIGRTMIN, &action, NULL);
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN};
	event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
	const struct itimerspec period = {{0, TICK_NS}, {0, TICK_NS}};
	timer_t timer; /* ends with the process */
	if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) == 0) {
		timer_settime(timer, 0, &period, NULL);
	}
}

static int start(lua_State *L)
{
	(void)L;
	start_timer();
	return 0;
}

void shot_timeslice_push_start(lua_State *L)
{
	lua_pushcfunction(L, start);
}
