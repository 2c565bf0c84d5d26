/* Helpers of the binding: types of userdata, memory that Lua owns, tables. */
#ifndef SHOT_LUA_TYPE_H
#define SHOT_LUA_TYPE_H

#include <stdbool.h>

#include <lauxlib.h>
#include <lua.h>

/* Register the type `name` with its metamethods. `methods` may be NULL. Indexing a missing name
 * raises an error that calls the value `what` ("a reader"). Scripts cannot reach the metatable. */
void shotL_new_type(lua_State *L, const char *name, const luaL_Reg *metamethods, const char *what,
	const luaL_Reg *methods);

/* The userdata at index 1 of a method, whose first upvalue is its type: luaL_checkudata and
 * luaL_testudata without looking the type up by its name. For methods that are called a million
 * times a second. */
void *shotL_check_self(lua_State *L, const char *name);
void *shotL_test_self(lua_State *L);

/* Register a type without methods whose __gc and __close are `finish`. */
void shotL_new_owner_type(lua_State *L, const char *name, lua_CFunction finish);

/* Push a userdata with a pointer, initially NULL, that the collector frees. Free it earlier and set
 * it to NULL when it is no longer needed. */
void **shotL_new_memory(lua_State *L);

/* Register the type of that memory. */
void shotL_open_memory(lua_State *L);

/* Push a table with weak keys. */
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
