#include "lua/wait.h"

#include <math.h>
#include <sys/eventfd.h>

#include "base/clock.h"
#include "base/wait.h"

static const char wake_key, waiter_key;

void shotL_set_wake_fd(lua_State *L, int fd)
{
	lua_pushinteger(L, fd);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &wake_key);
}

static int wake_fd(lua_State *L)
{
	int fd = lua_rawgetp(L, LUA_REGISTRYINDEX, &wake_key) == LUA_TNUMBER
			 ? (int)lua_tointeger(L, -1)
			 : -1;
	lua_pop(L, 1);
	return fd;
}

static int nothing(lua_State *L)
{
	(void)L;
	return 0;
}

void shotL_check_interrupt(lua_State *L)
{
	lua_pushcfunction(L, nothing); /* hooks run at calls */
	lua_call(L, 0, 0);
}

bool shotL_wait(lua_State *L, int fd, int64_t deadline)
{
	int wake = wake_fd(L);
	switch (shot_wait_readable(fd, wake, deadline)) {
	case SHOT_WAIT_READY:
		return true;
	case SHOT_WAIT_WOKEN: {
		eventfd_t ignored;
		eventfd_read(wake, &ignored);
		shotL_check_interrupt(L);
		return true;
	}
	case SHOT_WAIT_SIGNAL:
		shotL_check_interrupt(L);
		return true;
	default:
		return false;
	}
}

void shotL_set_waiter(lua_State *L)
{
	lua_rawsetp(L, LUA_REGISTRYINDEX, &waiter_key);
}

static double seconds_left(int64_t deadline)
{
	struct timespec left;
	return shot_deadline_left(deadline, &left)
		       ? (double)left.tv_sec + (double)left.tv_nsec / 1e9
		       : HUGE_VAL;
}

bool shotL_waitk(lua_State *L, int fd, int64_t deadline, lua_KContext context, lua_KFunction k)
{
	return shotL_wait_slicek(L, fd, deadline, deadline, context, k);
}

bool shotL_wait_slicek(lua_State *L, int fd, int64_t moment, int64_t deadline, lua_KContext context,
	lua_KFunction k)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &waiter_key) == LUA_TNIL || !lua_isyieldable(L)) {
		lua_pop(L, 1);
		return shotL_wait(L, fd, moment);
	}
	lua_pushinteger(L, fd);
	lua_pushnumber(L, seconds_left(moment));
	lua_pushnumber(L, seconds_left(deadline));
	lua_callk(L, 3, 1, context, k);
	if (lua_isnil(L, -1)) {
		lua_pop(L, 1);
		return shotL_wait(L, fd, moment);
	}
	return shotL_waited(L);
}

bool shotL_waited(lua_State *L)
{
	bool in_time = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return in_time;
}
