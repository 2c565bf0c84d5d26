/* A timer on the clock on the wall, which notices when that clock is set: timerfd(2) with
 * TFD_TIMER_CANCEL_ON_SET. */
#ifndef SHOT_LUA_ALARM_H
#define SHOT_LUA_ALARM_H

#include <lua.h>

/* Register the userdata "luashot.alarm", and set `alarm` in the module table on top of the stack:
 *
 *	core.alarm() -> alarm
 *	alarm:fd()         readable when the time has come, or the clock was set
 *	alarm:set(seconds) since the epoch; nil for never
 *	alarm:read() -> whether the clock was set since the last set; never blocks
 *	alarm:close()      also <close> and when it is collected */
void shotL_open_alarm(lua_State *L);

#endif
