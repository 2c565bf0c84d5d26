/* The two clocks, for Lua files that must not load the event loop just to read them. */
#ifndef SHOT_LUA_CLOCK_H
#define SHOT_LUA_CLOCK_H

#include <lua.h>

/* Set in the module table on top of the stack:
 *
 *	core.monotonic() -> nanoseconds, as luv's hrtime()
 *	core.wall() -> seconds since the epoch */
void shotL_open_clock(lua_State *L);

#endif
