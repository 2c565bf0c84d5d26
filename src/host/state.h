/* The Lua state of the host: standard libraries, the embedded Lua files, the binding and luv. */
#ifndef SHOT_HOST_STATE_H
#define SHOT_HOST_STATE_H

#include <lua.h>

#include "host/arguments.h"

struct shot_sandbox;

/* Set a fresh state up. For a sandbox the embedded files get an environment of their own, which has
 * all of Lua and falls back to the globals, so that these can be reduced. May raise. */
void shot_state_open(lua_State *L, const struct shot_arguments *arguments);

/* Push luashot.host.main's main function and the table of what it needs from C; `sandbox`, if it is
 * not NULL, is what its function `lock` closes. May raise. */
void shot_state_push_main(
	lua_State *L, const struct shot_arguments *arguments, struct shot_sandbox *sandbox);

/* Push luashot.host's finish function. May raise. */
void shot_state_push_finish(lua_State *L);

#endif
