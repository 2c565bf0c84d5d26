/* Frames as what a terminal draws; luashot.show decides. */
#ifndef SHOT_LUA_SIXEL_H
#define SHOT_LUA_SIXEL_H

#include <lua.h>

/* Add to the table on top  sixel(frame) -> string, or nil, message, code  (codec/sixel.h). */
void shotL_open_sixel(lua_State *L);

#endif
