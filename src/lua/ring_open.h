/* The module "luashot.zerobuffer.core", on which lua/luashot/zerobuffer is built. */
#ifndef SHOT_LUA_RING_OPEN_H
#define SHOT_LUA_RING_OPEN_H

#include <lua.h>

/* Make the module known to require. */
void shotL_open_zerobuffer(lua_State *L);

#endif
