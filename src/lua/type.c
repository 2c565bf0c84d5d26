#include "lua/type.h"

#include <stdlib.h>

#include "lua/names.h"

#define MEMORY "luashot.memory"

void shotL_new_type(lua_State *L, const char *name, const luaL_Reg *metamethods, const char *what,
	const luaL_Reg *methods)
{
	luaL_newmetatable(L, name);
	lua_pushvalue(L, -1);
	luaL_setfuncs(L, metamethods, 1);
	if (methods) {
		shotL_push_methods(L, what, methods);
		lua_setfield(L, -2, "__index");
	}
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}

void *shotL_test_self(lua_State *L)
{
	void *self = lua_touserdata(L, 1);
	bool is_known = false;
	if (self && lua_getmetatable(L, 1)) {
		is_known = lua_rawequal(L, -1, lua_upvalueindex(1));
		lua_pop(L, 1);
	}
	return is_known ? self : NULL;
}

void *shotL_check_self(lua_State *L, const char *name)
{
	void *self = shotL_test_self(L);
	return self ? self : luaL_checkudata(L, 1, name);
}

void shotL_new_owner_type(lua_State *L, const char *name, lua_CFunction finish)
{
	const luaL_Reg metamethods[] = {{"__close", finish}, {"__gc", finish}, {NULL, NULL}};
	shotL_new_type(L, name, metamethods, NULL, NULL);
}

static int free_memory(lua_State *L)
{
	void **memory = luaL_checkudata(L, 1, MEMORY);
	free(*memory);
	*memory = NULL;
	return 0;
}

void **shotL_new_memory(lua_State *L)
{
	void **memory = lua_newuserdatauv(L, sizeof *memory, 0);
	*memory = NULL;
	luaL_setmetatable(L, MEMORY);
	return memory;
}

void shotL_open_memory(lua_State *L)
{
	shotL_new_owner_type(L, MEMORY, free_memory);
}

void shotL_new_weak_table(lua_State *L)
{
	lua_newtable(L);
	lua_createtable(L, 0, 1);
	shotL_set_string(L, "__mode", "k");
	lua_setmetatable(L, -2);
}
