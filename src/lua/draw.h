/* Drawing on pictures that no display or ring waits for: the methods fill, rectangle, blur and
 * text. */
#ifndef SHOT_LUA_DRAW_H
#define SHOT_LUA_DRAW_H

#include <lua.h>

/* frame:fill(rect, color) -> frame */
int shotL_frame_fill(lua_State *L);

/* frame:rectangle(rect, color, {thickness=}) -> frame */
int shotL_frame_rectangle(lua_State *L);

/* frame:blur(rect, radius) -> frame | nil, message, code */
int shotL_frame_blur(lua_State *L);

/* frame:text(x, y, text, {color=, background=, scale=}) -> frame */
int shotL_frame_text(lua_State *L);

#endif
