/* A descriptor that stands for another one in the event loop: it becomes readable when the other
 * has data or an error. libuv stops polling a socket in an error state, and luv prints a message on
 * standard error; this descriptor is only ever readable. */
#ifndef SHOT_LUA_POLLER_H
#define SHOT_LUA_POLLER_H

#include <lua.h>

/* Register the userdata "luashot.poller", and set `poller` in the module table on top of the stack:
 *
 *	core.poller() -> poller
 *	poller:fd()
 *	poller:add(fd)  from now on for this one, until it is closed; again is allowed
 *	poller:remove(fd)  no longer for this one; it may be closed already */
void shotL_open_poller(lua_State *L);

#endif
