/* A match in a frame, as Lua sees it: a table { x, y, width, height, … }. Its metatable records the
 * display of the frame, for match:click(). Its methods are in lua/luashot/act.lua. */
#ifndef SHOT_LUA_MATCH_H
#define SHOT_LUA_MATCH_H

#include <lua.h>

/* Note that the frame at `frame` came from the display at `display`, where that can act. */
void shotL_frame_came_from(lua_State *L, int frame, int display);

/* The same for a picture that was made of another frame's pixels, at their scale. */
void shotL_frame_came_with(lua_State *L, int frame, int other);

/* Push the metatable for what is found in the live frame at `frame`. */
void shotL_push_match_type(lua_State *L, int frame);

/* Set in the module table on top of the stack:
 *
 *	core.match            the table of the methods
 *	core.bind(match, display, x, y) -> match   what was found in what lies at x,y of the
 *display; bind(match, frame) for what lies in a frame core.origin(match) -> display, x, y | nil
 *what it was bound to; nil for any other value core.origin(frame) -> display, x, y | nil   where it
 *was captured */
void shotL_open_match(lua_State *L);

#endif
