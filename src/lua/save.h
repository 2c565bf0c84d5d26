/* Frames as files: the methods encode and save. */
#ifndef SHOT_LUA_SAVE_H
#define SHOT_LUA_SAVE_H

#include <lua.h>

#include "output/save.h"

/* frame:encode(format, {level=}) -> string */
int shotL_frame_encode(lua_State *L);

/* frame:save(path | "-" | file, {format=, level=, clobber=, mode=, fsync=}) -> the path written, or
 * its argument
 */
int shotL_frame_save(lua_State *L);

/* A path at `arg`; raises. */
const char *shotL_check_path(lua_State *L, int arg);

/* Read the options of a save at `arg`, for `path` (NULL for a stream); raises. EFORMAT when they
 * name no format and the path has no known extension. */
bool shotL_check_save(lua_State *L, const char *path, int arg, const struct shot_frame *frame,
	struct shot_save_options *out, struct shot_error *err);

/* The codec that the name at `format` means, and how the options after it say that a frame is to be
 * encoded, `width` among them where `out_width` is not NULL; raises. */
const struct shot_codec *shotL_check_encode(lua_State *L, int format,
	const struct shot_frame *frame, struct shot_encode_options *out, int32_t *out_width);

/* Push an empty blob, which an error frees. */
struct shot_blob *shotL_new_blob(lua_State *L);

/* Register the type that owns an encoder's output, and add to the module table on top of the stack
 * check_template(path) and sixel(frame). */
void shotL_open_save(lua_State *L);

#endif
