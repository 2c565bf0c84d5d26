/* The captures: display:grab(what, options) and display:grab_many(regions, options). */
#ifndef SHOT_LUA_GRAB_H
#define SHOT_LUA_GRAB_H

#include <lua.h>

/* (display, what, {clip=, timeout=}) -> frame | nil, message, code */
int shotL_display_grab(lua_State *L);

/* (display, {what, …}, {clip=, timeout=}) -> {frame, …} | nil, message, code */
int shotL_display_grab_many(lua_State *L);

#endif
