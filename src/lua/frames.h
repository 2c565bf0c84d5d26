/* A series of captures: for frame in display:frames{what, fps = 30} do … end. */
#ifndef SHOT_LUA_FRAMES_H
#define SHOT_LUA_FRAMES_H

#include <lua.h>

/* (display, {what, fps=, clip=, timeout=}) -> the four values of a generic for */
int shotL_display_frames(lua_State *L);

/* The parts of other series. (display, fps) -> a pace. (display, pace): wait until its next
 * deadline, and count it. */
int shotL_display_pace(lua_State *L);
int shotL_display_tick(lua_State *L);

/* Register the type. */
void shotL_open_frames(lua_State *L);

#endif
