/* Pictures from files: luashot.load. */
#ifndef SHOT_LUA_LOAD_H
#define SHOT_LUA_LOAD_H

#include <lua.h>

/* load(path | bytes, {max_pixels=}) -> frame: for lua_callk, because other jobs run while it reads
 * a slow file or decodes a large one. */
int shotL_load(lua_State *L);

/* Add load to the module table on top of the stack. */
void shotL_open_load(lua_State *L);

#endif
