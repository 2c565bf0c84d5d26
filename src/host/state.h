/* The Lua state of the host: standard libraries, the embedded Lua files, the binding and luv. */
#ifndef SHOT_HOST_STATE_H
#define SHOT_HOST_STATE_H

#include <lua.h>

#include "host/arguments.h"

/* Set a fresh state up. May raise. */
void shot_state_open(lua_State *L, const struct shot_arguments *arguments);

/* Push luashot.host's main function and the table of what it needs from C. May raise. */
void shot_state_push_main(lua_State *L, const struct shot_arguments *arguments);

/* Push luashot.host's finish function. May raise. */
void shot_state_push_finish(lua_State *L);

#endif
