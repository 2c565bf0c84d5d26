/* Frames as files: the method save. */
#ifndef SHOT_LUA_SAVE_H
#define SHOT_LUA_SAVE_H

#include <lua.h>

#include "output/save.h"

/* frame:save(path | "-" | file, {format=, level=, clobber=, mode=, fsync=}) -> the path written, or
 * its argument
 */
int shotL_frame_save(lua_State *L);

/* Read the options of a save at `arg`, for `path` (NULL for a stream); raises. EFORMAT when they
 * name no format and the path has no known extension. */
bool shotL_check_save(lua_State *L, const char *path, int arg, const struct shot_frame *frame,
	struct shot_save_options *out, struct shot_error *err);

/* Register the type that owns a picture being written. */
void shotL_open_save(lua_State *L);

#endif
