#include "lua/names.h"

#include "base/nearest.h"

/* The string keys of the tables at `tables`, NULL-terminated, in pushed memory of Lua; the tables
 * keep the strings. */
static const char *const *push_keys(lua_State *L, const int *tables, size_t count)
{
	size_t room = 1;
	for (size_t i = 0; i < count; i++) {
		for (lua_pushnil(L); lua_next(L, tables[i]); lua_pop(L, 1)) {
			room++;
		}
	}
	const char **names = lua_newuserdatauv(L, room * sizeof *names, 0);
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		for (lua_pushnil(L); lua_next(L, tables[i]); lua_pop(L, 1)) {
			if (lua_type(L, -2) == LUA_TSTRING) {
				names[used++] = lua_tostring(L, -2);
			}
		}
	}
	names[used] = NULL;
	return names;
}

int shotL_raise_unknown(lua_State *L, const char *what, int key, const int *tables, size_t count)
{
	const char *name = luaL_tolstring(L, key, NULL);
	const char *nearest = shot_nearest(name, push_keys(L, tables, count));
	return luaL_error(L, "%s has no field '%s'%s%s%s", what, name,
		nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

/* __index of a table of methods, for missing names. Upvalue: the description of its value. */
static int raise_unknown_method(lua_State *L)
{
	static const int methods = 1;
	return shotL_raise_unknown(L, lua_tostring(L, lua_upvalueindex(1)), 2, &methods, 1);
}

void shotL_push_methods(lua_State *L, const char *what, const luaL_Reg *methods)
{
	lua_newtable(L);
	lua_pushvalue(L, -2);
	luaL_setfuncs(L, methods, 1);
	lua_createtable(L, 0, 1);
	lua_pushstring(L, what);
	lua_pushcclosure(L, raise_unknown_method, 1);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
}
