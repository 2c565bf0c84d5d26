#include "lua/alarm.h"

#include <errno.h>
#include <lauxlib.h>
#include <math.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lua/args.h"
#include "lua/type.h"

#define TYPE "luashot.alarm"
#define NEVER 1e15 /* seconds; a timer that is not armed would not notice a clock that is set */

struct alarm {
	int fd; /* -1 while closed */
};

static struct alarm *check_open(lua_State *L)
{
	struct alarm *alarm = luaL_checkudata(L, 1, TYPE);
	if (alarm->fd < 0) {
		luaL_error(L, "attempt to use a closed alarm");
	}
	return alarm;
}

static int alarm_close(lua_State *L)
{
	struct alarm *alarm = luaL_checkudata(L, 1, TYPE);
	int fd = alarm->fd;
	alarm->fd = -1;
	if (fd >= 0) {
		close(fd);
	}
	return 0;
}

static int alarm_fd(lua_State *L)
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

static int alarm_set(lua_State *L)
{
	struct alarm *alarm = check_open(L);
	lua_Number seconds = luaL_optnumber(L, 2, NEVER);
	luaL_argcheck(L, seconds > 0 && seconds <= NEVER, 2, "a time since the epoch expected");
	struct itimerspec when = {.it_value = moment_of(seconds)};
	int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
	/* ECANCELED: armed, but the clock was set before; whoever sets an alarm knows the time. */
	if (timerfd_settime(alarm->fd, flags, &when, NULL) != 0 && errno != ECANCELED) {
		return luaL_error(L, "cannot set an alarm for %f", seconds);
	}
	return 0;
}

static int alarm_read(lua_State *L)
{
	uint64_t ignored;
	ssize_t got = read(check_open(L)->fd, &ignored, sizeof ignored);
	lua_pushboolean(L, got < 0 && errno == ECANCELED);
	return 1;
}

static int new_alarm(lua_State *L)
{
	struct alarm *alarm = lua_newuserdatauv(L, sizeof *alarm, 0);
	alarm->fd = -1;
	luaL_setmetatable(L, TYPE);
	alarm->fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (alarm->fd < 0) {
		struct shot_error err;
		shot_fail_errno(&err, errno, "cannot make a timer");
		return shotL_fail(L, &err);
	}
	return 1;
}

void shotL_open_alarm(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"close", alarm_close},
		{"fd", alarm_fd},
		{"read", alarm_read},
		{"set", alarm_set},
		{NULL, NULL},
	};
	static const luaL_Reg metamethods[] = {
		{"__close", alarm_close},
		{"__gc", alarm_close},
		{NULL, NULL},
	};
	shotL_new_type(L, TYPE, metamethods, "an alarm", methods);
	lua_pushcfunction(L, new_alarm);
	lua_setfield(L, -2, "alarm");
}
