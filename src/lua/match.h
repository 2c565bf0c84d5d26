/* A match in a frame, as Lua sees it: a table { x, y, width, height, … }. Its metatable records the
 * display of the frame, for match:click(). Its methods are in lua/luashot/act.lua. */
#ifndef SHOT_LUA_MATCH_H
#define SHOT_LUA_MATCH_H

#include <lua.h>

/* Note that the frame at `frame` came from the display at `display`, where that can act. */
void shotL_frame_came_from(lua_State *L, int frame, int display);

/* The same for a picture that was made of another frame's pixels, at their scale. */
void shotL_frame_came_with(lua_State *L, int frame, int other);

/* Push the metatable of matches in the live frame at `frame`. */
void shotL_push_match_type(lua_State *L, int frame);

/* Set in the module table on top of the stack:
 *
 *	core.match                                the table of the methods
 *	core.bind(match, frame) -> match          the match lies in the frame
 *	core.bind(match, display, x, y) -> match  it lies in a picture at x,y of the display
 *	core.origin(match) -> display, x, y | nil the place that it was bound to
 *	core.origin(frame) -> display, x, y | nil the place of the capture; nil for other values */
void shotL_open_match(lua_State *L);

#endif
