/* A timer on the wall clock, which notices when that clock is set: timerfd(2) with
 * TFD_TIMER_CANCEL_ON_SET. */
#ifndef SHOT_LUA_WALL_TIMER_H
#define SHOT_LUA_WALL_TIMER_H

#include <lua.h>

/* Register the userdata "luashot.wall_timer", and set `wall_timer` in the module table on top of
 * the stack:
 *
 *	core.wall_timer() -> timer
 *	timer:fd()         readable when the time has come, or the clock was set
 *	timer:set(seconds) since the epoch; nil for never
 *	timer:read() -> whether the clock was set since the last set; never blocks
 *	timer:close()      also <close> and when it is collected */
void shotL_open_wall_timer(lua_State *L);

#endif
