/* The methods of displays. */
#ifndef SHOT_LUA_DISPLAY_METHODS_H
#define SHOT_LUA_DISPLAY_METHODS_H

#include <lua.h>

/* Register the type, and set `open`, `display` (the methods) and `received` in the module table on
 * top of the stack. */
void shotL_open_display(lua_State *L);

#endif
