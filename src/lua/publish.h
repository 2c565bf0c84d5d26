/* From the screen into a ring: display:publish(writer, what, options). */
#ifndef SHOT_LUA_PUBLISH_H
#define SHOT_LUA_PUBLISH_H

#include <lua.h>

/* (display, writer, what, {clip=, cursor=, timeout=, full="drop"|"wait"}) -> sequence, reason |
 * nil, message, code */
int shotL_display_publish(lua_State *L);

/* Register the type. */
void shotL_open_publish(lua_State *L);

#endif
