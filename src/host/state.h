/* The Lua state of the host: standard libraries, the embedded Lua files, the binding and luv. */
#ifndef SHOT_HOST_STATE_H
#define SHOT_HOST_STATE_H

#include <stdbool.h>

#include <lua.h>

#include "host/arguments.h"

struct shot_sandbox;

/* Set up a fresh state. For a sandbox the embedded files get a separate environment, which has all
 * of Lua and falls back to the globals, so that the globals can be reduced. May raise. */
void shot_state_open(lua_State *L, const struct shot_arguments *arguments);

/* Push luashot.host.main's main function and the table of C functions for it; its function `lock`
 * locks `sandbox`, if that is not NULL. May raise. */
void shot_state_push_main(
	lua_State *L, const struct shot_arguments *arguments, struct shot_sandbox *sandbox);

/* Push luashot.host's finish function. Returns false, with nil pushed, when the host was not even
 * loaded, because a signal came before. May raise. */
bool shot_state_push_finish(lua_State *L);

#endif
