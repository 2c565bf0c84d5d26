/* Searching frames: the methods find_color and find. */
#ifndef SHOT_LUA_FIND_H
#define SHOT_LUA_FIND_H

#include <lua.h>

/* frame:find_color(color, {tolerance=, region=, min_pixels=, all=}) -> area | nil; all: areas */
int shotL_frame_find_color(lua_State *L);

/* frame:find(picture, {tolerance=, min_score=, region=, mask=, all=}) -> match | nil; all: matches
 */
int shotL_frame_find(lua_State *L);

#endif
