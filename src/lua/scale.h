/* Frames in another size: the methods scale and thumbnail. */
#ifndef SHOT_LUA_SCALE_H
#define SHOT_LUA_SCALE_H

#include <lua.h>

#include "image/scale.h"

/* The option `filter` of the table at `options`, "box" when it is missing. */
enum shot_filter shotL_check_filter(lua_State *L, int options);

/* frame:scale(width, height, {filter=}) -> frame | nil, message, code */
int shotL_frame_scale(lua_State *L);

/* frame:thumbnail(most) -> frame | nil, message, code */
int shotL_frame_thumbnail(lua_State *L);

#endif
