/* The reading side of a ring in Lua. */
#ifndef SHOT_LUA_RING_READER_H
#define SHOT_LUA_RING_READER_H

#include <lua.h>

/* Add its functions to the table on top of the stack. */
void shotL_open_ring_reader(lua_State *L);

#endif
