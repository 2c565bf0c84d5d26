/* os.exit(code, true) as in lua5.4, although the script is a coroutine here: it closes the script's
 * <close> variables. */
#ifndef SHOT_HOST_EXIT_H
#define SHOT_HOST_EXIT_H

#include <lua.h>

/* Push a function exit(status) that does not return: it closes the coroutines that run, from the
 * one that calls it outwards, and the state, and ends the process. In a child of the process that
 * pushed it the state stays open: its loop, displays and rings are the parent's, too. */
void shot_exit_push(lua_State *L);

/* Push a function that returns whether this is such a child. */
void shot_exit_push_is_child(lua_State *L);

#endif
