/* lua_newstate as Lua 5.4 has it: Lua 5.5 takes a seed for its hashes, too. */
#ifndef SPEC_SUPPORT_NEWSTATE_H
#define SPEC_SUPPORT_NEWSTATE_H

#include <lua.h>

#if LUA_VERSION_NUM >= 505
#define new_state(allocate, data) lua_newstate(allocate, data, 1)
#else
#define new_state(allocate, data) lua_newstate(allocate, data)
#endif

#endif
