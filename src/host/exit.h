/* os.exit(code, true) as in lua5.4, where the script is no coroutine: its <close> variables are
 * closed. */
#ifndef SHOT_HOST_EXIT_H
#define SHOT_HOST_EXIT_H

#include <lua.h>

/* Push a function exit(status) that does not return: it closes the coroutines that run, from the
 * one that calls it outwards, and the state, and ends the process. */
void shot_exit_push(lua_State *L);

#endif
