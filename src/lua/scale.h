/* Frames in another size: the methods scale and thumbnail. */
#ifndef SHOT_LUA_SCALE_H
#define SHOT_LUA_SCALE_H

#include <lua.h>

/* frame:scale(width, height, {filter=}) -> frame | nil, message, code */
int shotL_frame_scale(lua_State *L);

/* frame:thumbnail(most) -> frame | nil, message, code */
int shotL_frame_thumbnail(lua_State *L);

#endif
