/* The methods and fields of frames. */
#ifndef SHOT_LUA_FRAME_METHODS_H
#define SHOT_LUA_FRAME_METHODS_H

#include <lua.h>

/* Register the type, and set `frame` (the methods) and `frame_memory` in the module table on top of
 * the stack. */
void shotL_open_frame(lua_State *L);

#endif
