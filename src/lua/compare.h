/* Compares frames: the methods diff, same, hash, phash, mean and histogram, and luashot.distance.
 * */
#ifndef SHOT_LUA_COMPARE_H
#define SHOT_LUA_COMPARE_H

#include <lua.h>

/* frame:diff(other, {tolerance=, ignore=, picture=}) -> {changed=, box=, rects=, picture=} */
int shotL_frame_diff(lua_State *L);

/* frame:same(other) -> boolean */
int shotL_frame_same(lua_State *L);

/* frame:hash() -> 32 hexadecimal digits; frame:phash() -> 16 */
int shotL_frame_hash(lua_State *L);
int shotL_frame_phash(lua_State *L);

/* frame:mean() -> red, green, blue; frame:histogram() -> {red=, green=, blue=} */
int shotL_frame_mean(lua_State *L);
int shotL_frame_histogram(lua_State *L);

/* Add distance(phash, phash) -> bits to the module table on top of the stack. */
void shotL_open_compare(lua_State *L);

#endif
