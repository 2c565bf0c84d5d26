#include "lua/untaken.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <lauxlib.h>

static const char reporter_key;

/* The beginning of Lua's own record of a call, up to the number of wanted results. No function of
 * the API returns that. The code tests the layout before it relies on it. */
struct call {
	void *function, *top, *previous, *next;
	union {
		struct {
			const void *pc;
			int trap, extra;
		} lua;
		struct {
			void *k;
			ptrdiff_t handler;
			intptr_t context;
		} c;
	} u;
	int u2;
	union {
		short wanted;	 /* Lua 5.4; below -1: of a C function with variables to close */
		uint32_t status; /* Lua 5.5: one more, in its lowest byte */
	} results;
};

/* The number of results that the caller of the function at `level` wants, -1: all; -2: no such
 * level. */
static int wanted(lua_State *L, int level)
{
	lua_Debug at;
	struct call call;
	if (!lua_getstack(L, level, &at)) {
		return -2;
	}
	memcpy(&call, at.i_ci, sizeof call);
#if LUA_VERSION_NUM >= 505
	return (int)(call.results.status & 0xff) - 1;
#else
	int count = call.results.wanted;
	return count < -1 ? -count - 3 : count;
#endif
}

static int note_wanted(lua_State *L)
{
	lua_pushinteger(L, wanted(L, 0));
	lua_seti(L, lua_upvalueindex(1), luaL_len(L, lua_upvalueindex(1)) + 1);
	lua_pushnil(L);
	return 1;
}

/* Tests `wanted` with calls of known results. */
static bool is_known(lua_State *L)
{
	static const int expected[] = {0, 1, 2, -1, -1, 0};
	bool is_right = true;
	lua_newtable(L);
	luaL_loadstring(
		L, "local f = ... f() local a = f() local b, c = f() a = {f()} pcall(f) f()");
	lua_pushvalue(L, -2);
	lua_pushcclosure(L, note_wanted, 1);
	lua_call(L, 1, 0);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		lua_geti(L, -1, (lua_Integer)i + 1);
		is_right = is_right && lua_tointeger(L, -1) == expected[i];
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return is_right;
}

/* Whether the failure is an ordinary answer: a timeout, or a ring that is full, abandoned or
 * closed. */
static bool is_expected(const char *code)
{
	static const char *const codes[] = {
		"ETIMEDOUT", "EBUFFERFULL", "EREADERDEAD", "EWRITERDEAD", "ECLOSED", NULL};
	for (const char *const *it = codes; *it; it++) {
		if (code && strcmp(code, *it) == 0) {
			return true;
		}
	}
	return false;
}

void shotL_tell_untaken(lua_State *L, int level)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &reporter_key) == LUA_TFUNCTION &&
		wanted(L, level) == 0 && !is_expected(lua_tostring(L, -2))) {
		lua_pushvalue(L, -3);
		lua_pushvalue(L, -3);
		lua_pushinteger(L, level + 3); /* the level of the caller, for the reporter */
		lua_call(L, 3, 0);
	} else {
		lua_pop(L, 1);
	}
}

static int fail(lua_State *L)
{
	lua_settop(L, 2);
	luaL_pushfail(L);
	lua_insert(L, 1);
	shotL_tell_untaken(L, 1);
	return 3;
}

static int set_untaken(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	bool can = is_known(L);
	if (can) {
		lua_settop(L, 1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &reporter_key);
	}
	lua_pushboolean(L, can);
	return 1;
}

void shotL_open_untaken(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"fail", fail}, {"set_untaken", set_untaken}, {NULL, NULL}};
	luaL_setfuncs(L, functions, 0);
}
