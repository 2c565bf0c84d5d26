/* Recordings for luashot.record and luashot.recorder, which are written in Lua. */
#ifndef SHOT_LUA_RECORDING_H
#define SHOT_LUA_RECORDING_H

#include <lua.h>

/* Set functions in the module table on top of the stack:
 *
 *	core.recording(options, frame) -> recording; nil, message, code
 *	recording:put(frame) -> whether there was room; nil, message, code
 *	recording:has_room()		whether the next one would find it
 *	recording:finish(time_ns)	the last picture is seen until then; returns at once
 *	recording:fd()			readable when something is over
 *	recording:is_over()		after reading it
 *	recording:result() -> true, note or nil; nil, message, code
 *	recording:stats() -> table
 *	recording:save(path, after) -> number; nil, message, code
 *	recording:saved(number) -> path; nil, message, code; false while it is under way
 *	recording:close()		waits for the end
 *
 * and core.load_video() -> true; nil, message, code: loads the libraries ahead, for a sandbox. */
void shotL_open_recording(lua_State *L);

#endif
