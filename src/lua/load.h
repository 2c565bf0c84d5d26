/* Pictures from files: luashot.load. */
#ifndef SHOT_LUA_LOAD_H
#define SHOT_LUA_LOAD_H

#include <lua.h>

#include "codec/decode.h"

/* Push the picture whose path or bytes are the string at `arg`; raises for any other value. */
bool shotL_load_picture(lua_State *L, int arg, size_t max_pixels, struct shot_error *err);

/* Add load(path | bytes, {max_pixels=}) -> frame to the module table on top of the stack. */
void shotL_open_load(lua_State *L);

#endif
