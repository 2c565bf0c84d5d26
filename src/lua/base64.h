/* Bytes as text of 64 letters, in Lua. */
#ifndef SHOT_LUA_BASE64_H
#define SHOT_LUA_BASE64_H

#include <lua.h>

/* Set in the module table on top of the stack:
 *
 *	core.base64(bytes) -> text
 *	core.unbase64(text) -> bytes | nil, message, code   EFORMAT */
void shotL_open_base64(lua_State *L);

#endif
