/* Frames as bytes: the method encode, and the options that all encoders share. */
#ifndef SHOT_LUA_ENCODE_H
#define SHOT_LUA_ENCODE_H

#include <lua.h>

#include "capture/frame.h"
#include "codec/encode.h"

/* Push an empty blob, which an error frees. */
struct shot_blob *shotL_new_blob(lua_State *L);

/* frame:encode(format, {level=, quality=, lossless=}) -> string */
int shotL_frame_encode(lua_State *L);

/* The codec that the name at `format` means, and how the options after it say that a frame is to be
 * encoded, `width` among them where `out_width` is not NULL; raises. */
const struct shot_codec *shotL_check_encode(lua_State *L, int format,
	const struct shot_frame *frame, struct shot_encode_options *out, int32_t *out_width);

/* The options level, quality and lossless of the table at `arg`, for a frame; raises. */
struct shot_encode_options shotL_encode_options(
	lua_State *L, int arg, const struct shot_frame *frame);

/* The codec of the option `format` in the table at `options`, else of the path's extension, else
 * png when `path` is NULL. An unknown name in the option raises, because it is in the script; an
 * unknown extension is often data: NULL, with EFORMAT. */
const struct shot_codec *shotL_choose_codec(
	lua_State *L, const char *path, int options, struct shot_error *err);

/* Register the type that owns an encoder's output, and set in the module table on top of the stack:
 *
 *	core.sixel(frame) -> a control string for terminals; nil, message, code */
void shotL_open_encode(lua_State *L);

#endif
