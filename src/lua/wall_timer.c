#include "lua/wall_timer.h"

#include <errno.h>
#include <lauxlib.h>
#include <math.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lua/args.h"
#include "lua/type.h"

#define TYPE "luashot.wall_timer"
#define NEVER 1e15 /* seconds; an unarmed timer would not notice that the clock is set */

struct wall_timer {
	int fd; /* -1 while closed */
};

static struct wall_timer *check_open(lua_State *L)
{
	struct wall_timer *timer = luaL_checkudata(L, 1, TYPE);
	if (timer->fd < 0) {
		luaL_error(L, "attempt to use a closed timer");
	}
	return timer;
}

static int timer_close(lua_State *L)
{
	struct wall_timer *timer = luaL_checkudata(L, 1, TYPE);
	int fd = timer->fd;
	timer->fd = -1;
	if (fd >= 0) {
		close(fd);
	}
	return 0;
}

static int timer_fd(lua_State *L)
{
	lua_pushinteger(L, check_open(L)->fd);
	return 1;
}

static struct timespec moment_of(double seconds)
{
	double whole = floor(seconds);
	return (struct timespec){
		.tv_sec = (time_t)whole, .tv_nsec = (long)((seconds - whole) * 1e9)};
}

static int timer_set(lua_State *L)
{
	struct wall_timer *timer = check_open(L);
	lua_Number seconds = luaL_optnumber(L, 2, NEVER);
	luaL_argcheck(L, seconds > 0 && seconds <= NEVER, 2, "a time since the epoch expected");
	struct itimerspec when = {.it_value = moment_of(seconds)};
	int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
	/* ECANCELED: armed, but the clock was set before. The caller has just read the time. */
	if (timerfd_settime(timer->fd, flags, &when, NULL) != 0 && errno != ECANCELED) {
		return luaL_error(L, "cannot set a timer for %f", seconds);
	}
	return 0;
}

static int timer_read(lua_State *L)
{
	uint64_t ignored;
	ssize_t got = read(check_open(L)->fd, &ignored, sizeof ignored);
	lua_pushboolean(L, got < 0 && errno == ECANCELED);
	return 1;
}

static int new_timer(lua_State *L)
{
	struct wall_timer *timer = lua_newuserdatauv(L, sizeof *timer, 0);
	timer->fd = -1;
	luaL_setmetatable(L, TYPE);
	timer->fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (timer->fd < 0) {
		struct shot_error err;
		shot_fail_errno(&err, errno, "cannot make a timer");
		return shotL_fail(L, &err);
	}
	return 1;
}

void shotL_open_wall_timer(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"close", timer_close},
		{"fd", timer_fd},
		{"read", timer_read},
		{"set", timer_set},
		{NULL, NULL},
	};
	static const luaL_Reg metamethods[] = {
		{"__close", timer_close},
		{"__gc", timer_close},
		{NULL, NULL},
	};
	shotL_new_type(L, TYPE, metamethods, "a timer", methods);
	lua_pushcfunction(L, new_timer);
	lua_setfield(L, -2, "wall_timer");
}
