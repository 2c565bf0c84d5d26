/* Watches in Lua: the userdata "luashot.watch", on which display:on_change is built. */
#ifndef SHOT_LUA_WATCH_H
#define SHOT_LUA_WATCH_H

#include <lua.h>

/* (display, {x=, y=, width=, height=}) -> watch | nil, message, code */
int shotL_display_watch(lua_State *L);

/* Register the type. */
void shotL_open_watch(lua_State *L);

#endif
