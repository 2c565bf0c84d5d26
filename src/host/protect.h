/* pcall and xpcall as in the manual, except that they pass an interrupt on: a script cannot swallow
 * Ctrl-C by `while true do pcall(f) end`. */
#ifndef SHOT_HOST_PROTECT_H
#define SHOT_HOST_PROTECT_H

#include <lua.h>

/* Put them into the globals. */
void shot_protect_install(lua_State *L);

/* Push a pcall that catches an interrupt too, for the host's own prompt. It cannot be yielded
 * across. */
void shot_protect_push_catch(lua_State *L);

#endif
