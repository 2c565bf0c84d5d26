#include "lua/type.h"

#include "lua/names.h"

void shotL_new_type(lua_State *L, const char *name, const luaL_Reg *metamethods, const char *what,
	const luaL_Reg *methods)
{
	luaL_newmetatable(L, name);
	luaL_setfuncs(L, metamethods, 0);
	if (methods) {
		shotL_push_methods(L, what, methods);
		lua_setfield(L, -2, "__index");
	}
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}

void shotL_new_owner_type(lua_State *L, const char *name, lua_CFunction finish)
{
	const luaL_Reg metamethods[] = {{"__close", finish}, {"__gc", finish}, {NULL, NULL}};
	shotL_new_type(L, name, metamethods, NULL, NULL);
}
