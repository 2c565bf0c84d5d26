/* Tables that are made for Lua. */
#ifndef SHOT_LUA_TABLE_H
#define SHOT_LUA_TABLE_H

#include <stdbool.h>

#include <lua.h>

/* Push a table whose keys do not keep alive what they are. */
void shotL_new_weak_table(lua_State *L);

/* Set a field of the table on top of the stack. A text of NULL is nil. */
static inline void shotL_set_integer(lua_State *L, const char *name, lua_Integer value)
{
	lua_pushinteger(L, value);
	lua_setfield(L, -2, name);
}

static inline void shotL_set_boolean(lua_State *L, const char *name, bool is_true)
{
	lua_pushboolean(L, is_true);
	lua_setfield(L, -2, name);
}

static inline void shotL_set_string(lua_State *L, const char *name, const char *text)
{
	lua_pushstring(L, text);
	lua_setfield(L, -2, name);
}

#endif
