/* Names that a script mistyped. */
#ifndef SHOT_LUA_NAMES_H
#define SHOT_LUA_NAMES_H

#include <stddef.h>

#include <lauxlib.h>
#include <lua.h>

/* Raise "a frame has no field 'widht' (did you mean 'width'?)" for the key at `key`; the right ones
 * are the keys of the `count` tables at these absolute indices (upvalues are allowed). */
int shotL_raise_unknown(lua_State *L, const char *what, int key, const int *tables, size_t count);

/* Push a table of methods, as the __index of `what` ("a display"): a missing name raises as above,
 * instead of giving nil. The value on top of the stack, the type, is the methods' first upvalue. */
void shotL_push_methods(lua_State *L, const char *what, const luaL_Reg *methods);

#endif
