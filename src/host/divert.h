/* For luashot.redirect: to be asked before a function of Lua's library does its work. */
#ifndef SHOT_HOST_DIVERT_H
#define SHOT_HOST_DIVERT_H

#include <lua.h>

/* divert(original, fn): a function that passes its arguments to fn, and returns what follows when
 * that returns true first; else it does what `original` does. A C function does it in the new one's
 * place, so that it tells of its caller what is wrong, as it always did. fn may yield. */
int shot_divert(lua_State *L);

#endif
