/* Drawing on pictures that no other code reads: the methods fill, rectangle, blur, text and
 * copy_to. */
#ifndef SHOT_LUA_DRAW_H
#define SHOT_LUA_DRAW_H

#include <lua.h>

/* frame:copy_to(target, {x=, y=, width=, height=, filter=}) -> target | nil, message, code */
int shotL_frame_copy_to(lua_State *L);

/* frame:fill(rect, color) -> frame */
int shotL_frame_fill(lua_State *L);

/* frame:rectangle(rect, color, {thickness=}) -> frame */
int shotL_frame_rectangle(lua_State *L);

/* frame:blur(rect, radius) -> frame | nil, message, code */
int shotL_frame_blur(lua_State *L);

/* frame:text(x, y, text, {color=, background=, scale=}) -> frame */
int shotL_frame_text(lua_State *L);

#endif
