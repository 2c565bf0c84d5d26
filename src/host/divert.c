#include "host/divert.h"

#include <stdbool.h>

#include <lauxlib.h>

enum { FN = 1, ORIGINAL };

static bool has_upvalues(lua_State *L, int index)
{
	if (!lua_getupvalue(L, index, 1)) {
		return false;
	}
	lua_pop(L, 1);
	return true;
}

/* fn has returned: its results are above the `count` arguments. */
static int go_on(lua_State *L, int status, lua_KContext count)
{
	(void)status;
	int results = lua_gettop(L) - (int)count;
	if (results > 0 && lua_toboolean(L, (int)count + 1)) {
		return results - 1;
	}
	lua_settop(L, (int)count);
	lua_CFunction original = lua_tocfunction(L, lua_upvalueindex(ORIGINAL));
	if (original && !has_upvalues(L, lua_upvalueindex(ORIGINAL))) {
		return original(L);
	}
	lua_pushvalue(L, lua_upvalueindex(ORIGINAL));
	lua_insert(L, 1);
	lua_call(L, (int)count, LUA_MULTRET);
	return lua_gettop(L);
}

static int diverted(lua_State *L)
{
	int count = lua_gettop(L);
	luaL_checkstack(L, count + 1, "too many arguments");
	lua_pushvalue(L, lua_upvalueindex(FN));
	for (int i = 1; i <= count; i++) {
		lua_pushvalue(L, i);
	}
	lua_callk(L, count, LUA_MULTRET, count, go_on);
	return go_on(L, LUA_OK, count);
}

int shot_divert(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_settop(L, 2);
	lua_insert(L, 1);
	lua_pushcclosure(L, diverted, 2);
	return 1;
}
