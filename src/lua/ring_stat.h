/* Inspects a ring, in Lua. */
#ifndef SHOT_LUA_RING_STAT_H
#define SHOT_LUA_RING_STAT_H

#include <lua.h>

/* Add its function to the table on top of the stack. */
void shotL_open_ring_stat(lua_State *L);

#endif
