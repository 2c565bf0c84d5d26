/* Pixels as bytes: the method bytes, and reusable buffers. */
#ifndef SHOT_LUA_BYTES_H
#define SHOT_LUA_BYTES_H

#include <lua.h>

#include "image/format.h"

/* A pixel format's name at `arg`, nil or none for `otherwise`; raises with the nearest. */
enum shot_format shotL_check_format(lua_State *L, int arg, const char *otherwise);

/* frame:bytes(format) -> string; frame:bytes(format, buffer) -> count */
int shotL_frame_bytes(lua_State *L);

/* Register the type "luashot.buffer", and add buffer(size) to the module table on top of the
 * stack. */
void shotL_open_bytes(lua_State *L);

#endif
