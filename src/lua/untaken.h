/* Failures that a script ignores: nil, message, code, returned to a call that stands alone as a
 * statement. */
#ifndef SHOT_LUA_UNTAKEN_H
#define SHOT_LUA_UNTAKEN_H

#include <lua.h>

/* With nil, message and code on top, which the function at `level` is about to return: report them
 * to the host, if it has set a reporter (below) and the caller drops the results. Level 0 is the
 * running C function, 1 its caller. */
void shotL_tell_untaken(lua_State *L, int level);

/* Put fail and set_untaken into the table on top:
 *   fail(message, code) -> nil, message, code  for functions in Lua, as shotL_fail for those in C
 * set_untaken(fn(message, code, level)) -> whether this Lua can detect dropped results */
void shotL_open_untaken(lua_State *L);

#endif
