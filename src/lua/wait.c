#include "lua/wait.h"

#include <math.h>
#include <sys/eventfd.h>

#include "base/clock.h"
#include "base/wait.h"

/* Nanoseconds. A timer that is due before the kernel's next tick costs up to 5 us on a virtual
 * machine, as much as the capture of a small region, so that LATE is longer than most ticks. */
enum {
	SOON = 100000,	  /* for how long an answer may block others who have something to do */
	LATE = 5000000,	  /* the same of others who have not, as far as is known */
	PERIOD = 2000000, /* from one turn of the others to the next */
};

static const char wake_key, waiter_key;

/* In the registry; its user values are the waiter's function, and that for the others' rest. */
struct waiter {
	int64_t since; /* the first wait without the function after one with it; 0: none yet */
	int others;
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

static enum shot_wait wait_beside(lua_State *L, int fd, int others, int64_t deadline)
{
	int wake = wake_fd(L);
	enum shot_wait end = shot_wait_beside(fd, wake, others, deadline);
	if (end == SHOT_WAIT_WOKEN) {
		eventfd_t ignored;
		eventfd_read(wake, &ignored);
	}
	if (end == SHOT_WAIT_WOKEN || end == SHOT_WAIT_SIGNAL) {
		shotL_check_interrupt(L);
	}
	return end;
}

bool shotL_wait(lua_State *L, int fd, int64_t deadline)
{
	return wait_beside(L, fd, -1, deadline) != SHOT_WAIT_TIMEOUT;
}

void shotL_set_waiter(lua_State *L, int others)
{
	if (!lua_isnil(L, -2)) {
		struct waiter *waiter = lua_newuserdatauv(L, sizeof(*waiter), 2);
		*waiter = (struct waiter){.others = others};
		lua_insert(L, -3);
		lua_setiuservalue(L, -3, 2);
		lua_setiuservalue(L, -2, 1);
	} else {
		lua_pop(L, 1);
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

/* For how long the others have nothing to do, in nanoseconds. */
static int64_t others_rest(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &waiter_key);
	bool is_known = lua_getiuservalue(L, -1, 2) == LUA_TFUNCTION;
	lua_Integer ms = 0;
	if (is_known) {
		lua_call(L, 0, 1);
		ms = lua_tointeger(L, -1);
	}
	lua_pop(L, 2);
	return ms < 0 || ms > LATE / 1000000 ? LATE : (int64_t)ms * 1000000;
}

/* Whether there is something to look at. */
static bool wait_in_place(lua_State *L, struct waiter *waiter, int fd, int64_t deadline)
{
	int64_t now = shot_clock_ns();
	if (waiter->since == 0) {
		waiter->since = now;
	}
	if (now - waiter->since >= PERIOD || now + LATE >= deadline) {
		return false;
	}
	int64_t rest = others_rest(L);
	if (rest > SOON) {
		enum shot_wait end = wait_beside(L, fd, waiter->others, now + rest);
		if (end != SHOT_WAIT_OTHERS) {
			return end != SHOT_WAIT_TIMEOUT;
		}
	}
	return shotL_wait(L, fd, shot_clock_ns() + SOON);
}

bool shotL_wait_answerk(
	lua_State *L, int fd, int64_t deadline, lua_KContext context, lua_KFunction k)
{
	struct waiter *waiter = usable_waiter(L);
	return (waiter && wait_in_place(L, waiter, fd, deadline)) ||
	       shotL_waitk(L, fd, deadline, context, k);
}

bool shotL_waited(lua_State *L)
{
	bool in_time = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return in_time;
}
