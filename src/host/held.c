#include "host/held.h"

#include "lua/table.h"

static const char key; /* in the registry: thread -> true, weak */

void shot_held_set(lua_State *L, lua_State *co, bool held)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) == LUA_TNIL) {
		lua_pop(L, 1);
		shotL_new_weak_table(L);
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
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

bool shot_held_is(lua_State *L, lua_State *co)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) == LUA_TNIL) {
		lua_pop(L, 1);
		return false;
	}
	lua_pushthread(co);
	lua_xmove(co, L, 1);
	bool held = lua_rawget(L, -2) != LUA_TNIL;
	lua_pop(L, 2);
	return held;
}
