/* Opening displays, and opening them anew. */
#ifndef SHOT_LUA_OPEN_H
#define SHOT_LUA_OPEN_H

#include <lua.h>

/* luashot.open{display=, slots=, …} -> display. In a job others go on meanwhile. */
int shotL_open(lua_State *L);

/* display:reconnect(timeout) -> display. A new connection, with the options of the first, in the
 * place of the old one, which is closed: whatever was under way on it fails with ELOST, watches and
 * publishers have parted with it, and its frames stay readable. When there is no server, the old
 * one stays. EBUSY when this is being done already. */
int shotL_display_reconnect(lua_State *L);

#endif
