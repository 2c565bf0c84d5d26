/* Types of userdata. */
#ifndef SHOT_LUA_TYPE_H
#define SHOT_LUA_TYPE_H

#include <lauxlib.h>
#include <lua.h>

/* Register the type `name` with its metamethods. With `methods` (or NULL) it is called `what` ("a
 * reader") to who asks for one that it does not have. Scripts cannot get at the metatable. */
void shotL_new_type(lua_State *L, const char *name, const luaL_Reg *metamethods, const char *what,
	const luaL_Reg *methods);

/* The same for one that has nothing but an end: `finish` is its __gc and its __close. */
void shotL_new_owner_type(lua_State *L, const char *name, lua_CFunction finish);

#endif
