/* core.widen_pipe: room in a pipe for large messages. */
#ifndef SHOT_LUA_PIPE_H
#define SHOT_LUA_PIPE_H

#include <lua.h>

/* Add the function to the module table on the top of the stack. */
void shotL_open_pipe(lua_State *L);

#endif
