/* Saves frames without waiting: threads encode and write. */
#ifndef SHOT_LUA_SAVE_ASYNC_H
#define SHOT_LUA_SAVE_ASYNC_H

#include <lua.h>

/* frame:save_async(path, options, done) -> true; done(path), or done(nil, message, code), is called
 * in the loop by luashot.saving. EBUSY when too many wait. */
int shotL_frame_save_async(lua_State *L);

/* frame:encode_async(format, options, done) -> true; likewise done(bytes) */
int shotL_frame_encode_async(lua_State *L);

/* The number of unfinished saves, and of refused ones. */
unsigned shotL_saves_pending(lua_State *L);
unsigned shotL_saves_refused(lua_State *L);

/* Set functions for luashot.saving in the module table on top of the stack:
 *
 *	core.saves_fd()      readable when one is over
 *	core.take_save() -> done or false, path or nil, message, code; nothing when none is over */
void shotL_open_save_async(lua_State *L);

#endif
