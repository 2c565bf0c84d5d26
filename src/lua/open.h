/* Opens and reconnects displays. */
#ifndef SHOT_LUA_OPEN_H
#define SHOT_LUA_OPEN_H

#include <lua.h>

/* luashot.open{display=, slots=, …} -> display. In a job, other jobs run meanwhile. */
int shotL_open(lua_State *L);

/* display:reconnect(timeout) -> display. Makes a new connection with the options of the first, and
 * closes the old one: calls in progress on it fail with ELOST, watches and publishers are detached,
 * and its frames stay readable. Without a server, the old connection stays. EBUSY when a reconnect
 * is already in progress. */
int shotL_display_reconnect(lua_State *L);

#endif
