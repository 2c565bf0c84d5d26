#include "lua/wait.h"

#include <math.h>
#include <sys/eventfd.h>

#include "base/clock.h"
#include "base/wait.h"

enum {
	SOON = 100000,	  /* ns: for how long an answer may block the others */
	PERIOD = 2000000, /* ns: from one turn of the others to the next */
};

static const char wake_key, waiter_key;

/* In the registry; its user value is the waiter's function. */
struct waiter {
	int64_t since; /* the first wait without the function after one with it; 0: none yet */
};

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
	if (!lua_isnil(L, -1)) {
		struct waiter *waiter = lua_newuserdatauv(L, sizeof(*waiter), 1);
		*waiter = (struct waiter){0};
		lua_insert(L, -2);
		lua_setiuservalue(L, -2, 1);
	}
	lua_rawsetp(L, LUA_REGISTRYINDEX, &waiter_key);
}

/* NULL where a caller has to block. The registry keeps it. */
static struct waiter *usable_waiter(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &waiter_key);
	struct waiter *waiter = lua_isyieldable(L) ? lua_touserdata(L, -1) : NULL;
	lua_pop(L, 1);
	return waiter;
}

static double seconds_left(int64_t deadline)
{
	struct timespec left;
	return shot_deadline_left(deadline, &left)
		       ? (double)left.tv_sec + (double)left.tv_nsec / 1e9
		       : HUGE_VAL;
}

lua_KContext shotL_keep_deadline(int64_t deadline)
{
	bool fits = sizeof(lua_KContext) >= sizeof deadline;
	return fits ? (lua_KContext)deadline : (lua_KContext)shot_deadline_fold(deadline);
}

int64_t shotL_kept_deadline(lua_KContext context)
{
	bool fits = sizeof context >= sizeof(int64_t);
	return fits ? (int64_t)context : shot_deadline_unfold((int32_t)context);
}

bool shotL_waitk(lua_State *L, int fd, int64_t deadline, lua_KContext context, lua_KFunction k)
{
	return shotL_wait_slicek(L, fd, deadline, deadline, context, k);
}

bool shotL_wait_slicek(lua_State *L, int fd, int64_t moment, int64_t deadline, lua_KContext context,
	lua_KFunction k)
{
	struct waiter *waiter = usable_waiter(L);
	if (!waiter) {
		return shotL_wait(L, fd, moment);
	}
	waiter->since = 0;
	lua_rawgetp(L, LUA_REGISTRYINDEX, &waiter_key);
	lua_getiuservalue(L, -1, 1);
	lua_remove(L, -2);
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

bool shotL_wait_answerk(
	lua_State *L, int fd, int64_t deadline, lua_KContext context, lua_KFunction k)
{
	struct waiter *waiter = usable_waiter(L);
	int64_t now = waiter ? shot_clock_ns() : 0;
	if (waiter && waiter->since == 0) {
		waiter->since = now;
	}
	if (waiter && now - waiter->since < PERIOD && now + SOON < deadline &&
		shotL_wait(L, fd, now + SOON)) {
		return true;
	}
	return shotL_waitk(L, fd, deadline, context, k);
}

bool shotL_waited(lua_State *L)
{
	bool in_time = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return in_time;
}
