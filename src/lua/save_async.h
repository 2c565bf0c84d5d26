/* Saves frames without waiting: threads encode and write. */
#ifndef SHOT_LUA_SAVE_ASYNC_H
#define SHOT_LUA_SAVE_ASYNC_H

#include <lua.h>

#include "output/save.h"

/* frame:save_async(path, options, done) -> true; done(path), or done(nil, message, code), is called
 * in the loop by luashot.saving. EBUSY when too many wait. */
int shotL_frame_save_async(lua_State *L);

/* frame:encode_async(format, options, done) -> true; likewise done(bytes) */
int shotL_frame_encode_async(lua_State *L);

/* Make a save of `what`; NULL with the reason. It may raise. */
typedef struct shot_save *shotL_make_save(void *what, struct shot_error *err);

/* Have the threads run what `make` makes. Pushes true, or the three values of a failure, and
 * returns their number. The function at index `done` gets the result; nil for none. */
int shotL_begin_save(lua_State *L, int done, shotL_make_save *make, void *what);

/* The number of unfinished saves, and of refused ones. */
unsigned shotL_saves_pending(lua_State *L);
unsigned shotL_saves_refused(lua_State *L);

/* Set functions for luashot.saving in the module table on top of the stack:
 *
 *	core.saves_fd()      readable when one is over
 *	core.take_save() -> done or false, path or nil, message, code; nothing when none is over */
void shotL_open_save_async(lua_State *L);

#endif
