#include "host/coroutine.h"

#include <stdbool.h>

#include <lauxlib.h>

#include "host/interrupt.h"
#include "host/timeslice.h"
#include "lua/type.h"

static const char park; /* its address is the value */

enum { FAILED = -1 };

/* In the registry: the script's own coroutines in which a job waits or was sliced (thread -> true,
 * weak). For the script they are running, so no other code can resume or close them. */
static const char held_key;

static void set_held(lua_State *L, lua_State *co, bool held)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &held_key) == LUA_TNIL) {
		lua_pop(L, 1);
		shotL_new_weak_table(L);
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &held_key);
	}
	lua_pushthread(co);
	lua_xmove(co, L, 1);
	if (held) {
		lua_pushboolean(L, 1);
	} else {
		lua_pushnil(L);
	}
	lua_rawset(L, -3);
	lua_pop(L, 1);
}

static bool is_held(lua_State *L, lua_State *co)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &held_key) == LUA_TNIL) {
		lua_pop(L, 1);
		return false;
	}
	lua_pushthread(co);
	lua_xmove(co, L, 1);
	bool held = lua_rawget(L, -2) != LUA_TNIL;
	lua_pop(L, 2);
	return held;
}

static int close_state(lua_State *L, lua_State *co)
{
#if LUA_VERSION_RELEASE_NUM >= 50406
	return lua_closethread(co, L);
#else
	(void)L;
	return lua_resetthread(co);
#endif
}

/* Closes `co` as the running coroutine, because its __close functions run on it. */
static int close_coroutine(lua_State *L, lua_State *co)
{
	struct shot_running inner;
	shot_interrupt_enter(&inner, co);
	int status = close_state(L, co);
	shot_interrupt_leave(&inner);
	return status;
}

/* Resumes `co` with the `nargs` values on top of L. Returns the number of values on top of L (only
 * the mark, when its slice has ended), or FAILED with the error there. */
static int transfer(lua_State *L, lua_State *co, int nargs)
{
	if (!lua_checkstack(co, nargs)) {
		lua_pushliteral(L, "too many arguments to resume");
		return FAILED;
	}
	lua_xmove(L, co, nargs);
	int count;
	struct shot_running inner;
	shot_interrupt_enter(&inner, co);
	int status = lua_resume(co, L, nargs, &count);
	shot_interrupt_leave(&inner);
	if (status != LUA_OK && status != LUA_YIELD) {
		lua_xmove(co, L, 1);
		return FAILED;
	}
	if (!lua_checkstack(L, count + 1)) {
		lua_pop(co, count);
		lua_pushliteral(L, "too many results to resume");
		return FAILED;
	}
	lua_xmove(co, L, count);
	if (status == LUA_YIELD && shot_timeslice_take(co)) {
		shot_timeslice_push_mark(L);
		count = 1;
	}
	return count;
}

static int close_inner(lua_State *L)
{
	if (lua_getiuservalue(L, 1, 1) == LUA_TTHREAD) {
		lua_State *co = lua_tothread(L, -1);
		set_held(L, co, false);
		if (close_coroutine(L, co) != LUA_OK) {
			lua_xmove(co, L, 1);
			return lua_error(L);
		}
	}
	return 0;
}

/* While L is parked for `co`, closing L (job:stop) must close `co` too: put a value that does so
 * below the `count` values on top. */
static void guard_inner(lua_State *L, lua_State *co, int count)
{
	set_held(L, co, true);
	lua_newuserdatauv(L, 0, 1);
	lua_pushthread(co);
	lua_xmove(co, L, 1);
	lua_setiuservalue(L, -2, 1);
	if (luaL_newmetatable(L, "luashot.parked")) {
		lua_pushcfunction(L, close_inner);
		lua_setfield(L, -2, "__close");
	}
	lua_setmetatable(L, -2);
	lua_insert(L, -(count + 1));
	lua_toclose(L, -(count + 1));
}

static void unguard_inner(lua_State *L, int index)
{
	lua_getiuservalue(L, index, 1);
	set_held(L, lua_tothread(L, -1), false);
	lua_pop(L, 1);
	lua_pushnil(L);
	lua_setiuservalue(L, index, 1);
	lua_closeslot(L, index);
	lua_remove(L, index);
}

static bool is_parked(lua_State *L, lua_State *co, int count)
{
	return count > 0 && lua_status(co) == LUA_YIELD &&
	       (lua_touserdata(L, -count) == &park || shot_timeslice_is_mark(L, -count));
}

/* As transfer. If the job parks or its slice has ended, yields here as well; `again` continues with
 * the scheduler's answer. An interrupt is passed on. */
static int pass(lua_State *L, lua_State *co, int nargs, lua_KFunction again)
{
	bool under_way = shot_interrupt_is_raised();
	if (lua_status(co) == LUA_YIELD && is_held(L, co)) {
		lua_pushliteral(L, "cannot resume non-suspended coroutine");
		return FAILED;
	}
	int count = transfer(L, co, nargs);
	while (is_parked(L, co, count)) {
		bool is_sliced = shot_timeslice_is_mark(L, -count);
		if (lua_isyieldable(L)) {
			guard_inner(L, co, count);
			return lua_yieldk(L, count, lua_gettop(L) - count, again);
		}
		lua_pop(L, count);
		if (is_sliced && shot_timeslice_is_unwanted(L)) {
			close_coroutine(L, co);
			shot_interrupt_end_job(L);
		}
		if (!is_sliced) {
			lua_pushnil(L);
			lua_pushliteral(L, "outside a job, or below a C function that cannot wait, "
					   "such as table.sort, string.gsub or require");
		}
		count = transfer(L, co, is_sliced ? 0 : 2);
	}
	if (count == FAILED && !under_way && shot_interrupt_is_raised()) {
		if (lua_status(co) > LUA_YIELD) {
			close_coroutine(L, co);
		}
		lua_error(L);
	}
	return count;
}

/* Returns the results of resume for `count` values on top. */
static int results(lua_State *L, int count)
{
	lua_pushboolean(L, count != FAILED);
	count = count == FAILED ? 1 : count;
	lua_insert(L, -(count + 1));
	return count + 1;
}

static lua_State *check_coroutine(lua_State *L)
{
	lua_State *co = lua_tothread(L, 1);
	luaL_argexpected(L, co, 1, "coroutine");
	return co;
}

static int resume_again(lua_State *L, int status, lua_KContext guard)
{
	(void)status;
	unguard_inner(L, (int)guard);
	return results(L, pass(L, lua_tothread(L, 1), lua_gettop(L) - 1, resume_again));
}

static int resume(lua_State *L)
{
	return results(L, pass(L, check_coroutine(L), lua_gettop(L) - 1, resume_again));
}

static int resume_job(lua_State *L)
{
	shot_timeslice_begin();
	int count = transfer(L, check_coroutine(L), lua_gettop(L) - 1);
	shot_interrupt_job_is_over();
	return results(L, count);
}

static int wrap_results(lua_State *L, lua_State *co, int count)
{
	if (count != FAILED) {
		return count;
	}
	int status = lua_status(co);
	if (status > LUA_YIELD) { /* it failed inside and is not merely dead: its __close may change
				     the error */
		lua_pop(L, 1);
		status = close_coroutine(L, co);
		lua_xmove(co, L, 1);
	}
	if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
		luaL_where(L, 1);
		lua_insert(L, -2);
		lua_concat(L, 2);
	}
	return lua_error(L);
}

static int wrapped_again(lua_State *L, int status, lua_KContext guard)
{
	(void)status;
	lua_State *co = lua_tothread(L, lua_upvalueindex(1));
	unguard_inner(L, (int)guard);
	return wrap_results(L, co, pass(L, co, lua_gettop(L), wrapped_again));
}

static int wrapped(lua_State *L)
{
	lua_State *co = lua_tothread(L, lua_upvalueindex(1));
	return wrap_results(L, co, pass(L, co, lua_gettop(L), wrapped_again));
}

static int wrap(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_State *co = lua_newthread(L);
	lua_pushvalue(L, 1);
	lua_xmove(L, co, 1);
	lua_pushcclosure(L, wrapped, 1);
	return 1;
}

/* Lua 5.5 can close the running coroutine, also without an argument. A job runs in a coroutine of
 * the host, which is the main thread to its script. */
static void check_running(lua_State *L)
{
#if LUA_VERSION_NUM >= 505
	if (lua_isnone(L, 1)) {
		lua_pushthread(L);
	}
	const struct shot_running *self = shot_interrupt_entered();
	if (lua_tothread(L, 1) == L && self->outer && !self->outer->outer) {
		luaL_error(L, "cannot close main thread");
	}
#else
	(void)L;
#endif
}

/* Lua's own close does the checks; only a suspended or failed coroutine has variables to close. */
static int close_checked(lua_State *L)
{
	check_running(L);
	lua_State *co = check_coroutine(L);
	bool under_way = shot_interrupt_is_raised();
	if (is_held(L, co)) {
		return luaL_error(L, "cannot close a running coroutine");
	}
	lua_settop(L, 1);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	if (lua_status(co) == LUA_OK) {
		lua_call(L, 1, LUA_MULTRET);
		return lua_gettop(L);
	}
	struct shot_running inner;
	shot_interrupt_enter(&inner, co);
	lua_call(L, 1, LUA_MULTRET);
	shot_interrupt_leave(&inner);
	if (!under_way && shot_interrupt_is_raised() && !lua_toboolean(L, 1)) {
		lua_settop(L, 2);
		return lua_error(L);
	}
	return lua_gettop(L);
}

void shot_coroutine_close(lua_State *co)
{
	struct shot_running inner;
	shot_interrupt_enter(&inner, co);
	close_state(NULL, co); /* closed by itself, it would not return here in Lua 5.5 */
	shot_interrupt_leave(&inner);
}

void shot_coroutine_install(lua_State *L)
{
	lua_getglobal(L, "coroutine");
	lua_pushcfunction(L, resume);
	lua_setfield(L, -2, "resume");
	lua_pushcfunction(L, wrap);
	lua_setfield(L, -2, "wrap");
	lua_getfield(L, -1, "close");
	lua_pushcclosure(L, close_checked, 1);
	lua_setfield(L, -2, "close");
	lua_pop(L, 1);
}

void shot_coroutine_push_park(lua_State *L)
{
	lua_pushlightuserdata(L, (void *)&park);
}

void shot_coroutine_push_resume(lua_State *L)
{
	lua_pushcfunction(L, resume_job);
}
