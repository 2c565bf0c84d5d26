/* Acting in Lua: sends the acts of lua/luashot/act.lua to the acting process. */
#ifndef SHOT_LUA_ACT_H
#define SHOT_LUA_ACT_H

#include <lua.h>

#include "lua/display.h"

/* Start the acting process of the display at stack index 1, the only value there, and wait until it
 * is ready. Returns 1, the display, or nil, message, code: ENOTSUP, ETIMEDOUT and the codes of the
 * connection. */
int shotL_begin_acting(lua_State *L, struct shotL_display *handle);

/* Set in the module table on top of the stack:
 *
 *	core.act(display, seconds, verb, from_x, from_y, to_x, to_y, button, count, pause,
 *	    keys, text) -> true | nil, message, code
 *	    Performs the act, and waits for its end, `seconds` at most. Points may be nil; `keys`
 *	    (keysyms) and `text` (code points) are strings of native uint32_t. ENOINPUT when the
 *	    display was not opened for input, and the codes of input/actor.h.
 *	core.chord(text) -> keys, count | nil, message, code */
void shotL_open_act(lua_State *L);

#endif
