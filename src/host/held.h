/* Coroutines of the script's own that a job waits in, or was sliced in. To the script they are
 * running, so that nobody else can resume or close them. */
#ifndef SHOT_HOST_HELD_H
#define SHOT_HOST_HELD_H

#include <stdbool.h>

#include <lua.h>

void shot_held_set(lua_State *L, lua_State *co, bool held);
bool shot_held_is(lua_State *L, lua_State *co);

#endif
