#include "lua/encode.h"

#include <lauxlib.h>
#include <string.h>

#include "codec/sixel.h"
#include "image/image.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/type.h"

#define BLOB "luashot.blob"
#define USUAL_QUALITY 85 /* of jpeg and webp */

static const char *const level_names[] = {"fast", "small", NULL};

static int blob_finish(lua_State *L)
{
	shot_blob_finish(luaL_checkudata(L, 1, BLOB));
	return 0;
}

struct shot_blob *shotL_new_blob(lua_State *L)
{
	struct shot_blob *blob = lua_newuserdatauv(L, sizeof *blob, 0);
	memset(blob, 0, sizeof *blob);
	luaL_setmetatable(L, BLOB);
	return blob;
}

/* "png, jpeg, ppm" */
static const char *push_known(lua_State *L)
{
	luaL_Buffer known;
	luaL_buffinit(L, &known);
	for (const struct shot_codec *const *it = shot_codecs(); *it; it++) {
		luaL_addstring(&known, it == shot_codecs() ? "" : ", ");
		luaL_addstring(&known, (*it)->name);
	}
	luaL_pushresult(&known);
	return lua_tostring(L, -1);
}

static const struct shot_codec *check_codec(lua_State *L, const char *name)
{
	const struct shot_codec *codec = shot_codec_by_name(name);
	struct shot_error err;
	if (!codec && shot_codec_is_left_out(name, &err)) {
		luaL_error(L, "%s", err.message);
	} else if (!codec) {
		luaL_error(L, "unknown format '%s' (known: %s)", name, push_known(L));
	}
	return codec;
}

struct shot_encode_options shotL_encode_options(
	lua_State *L, int arg, const struct shot_frame *frame)
{
	return (struct shot_encode_options){
		.level = (enum shot_level)shotL_field_choice(
			L, arg, "level", SHOT_LEVEL_FAST, level_names),
		.quality = (int)shotL_field_integer(L, arg, "quality", USUAL_QUALITY, 1, 100),
		.is_lossless = shotL_field_boolean(L, arg, "lossless", false),
		.origin = {.wall_ns = frame->wall_ns,
			.rect = {frame->x, frame->y, frame->view.width, frame->view.height},
			.source = frame->source,
			.dots_per_mm_x = frame->dots_per_mm_x,
			.dots_per_mm_y = frame->dots_per_mm_y},
	};
}

const struct shot_codec *shotL_check_encode(lua_State *L, int format,
	const struct shot_frame *frame, struct shot_encode_options *out, int32_t *out_width)
{
	static const char *const names[] = {"level", "quality", "lossless", NULL};
	static const char *const more[] = {"level", "quality", "lossless", "width", NULL};
	const struct shot_codec *codec = check_codec(L, luaL_checkstring(L, format));
	shotL_check_options(L, format + 1, out_width ? more : names);
	*out = shotL_encode_options(L, format + 1, frame);
	if (out_width) {
		*out_width = (int32_t)shotL_field_integer(
			L, format + 1, "width", 0, 1, SHOT_LONGEST_SIDE);
	}
	return codec;
}

const struct shot_codec *shotL_choose_codec(
	lua_State *L, const char *path, int options, struct shot_error *err)
{
	const char *name = shotL_field_string(L, options, "format", NULL);
	if (name || !path) {
		return check_codec(L, name ? name : "png");
	}
	const struct shot_codec *codec = shot_codec_by_path(path);
	if (!codec && !shot_codec_is_left_out(path, err)) {
		shot_fail(err, "EFORMAT",
			"cannot tell the format of '%.150s' by its extension (known: %s)", path,
			push_known(L));
		lua_pop(L, 1);
	}
	return codec;
}

int shotL_frame_encode(lua_State *L)
{
	struct shot_encode_options options;
	const struct shot_codec *codec =
		shotL_check_encode(L, 2, shotL_check_frame(L, 1), &options, NULL);
	struct shot_blob *blob = shotL_new_blob(L);
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	struct shot_error err;
	if (!codec->encode(&frame->view, &options, blob, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushlstring(L, (const char *)blob->data, blob->size);
	shot_blob_finish(blob);
	return 1;
}

/* core.sixel(frame) -> a control string for terminals, or nil, message, code */
static int sixel(lua_State *L)
{
	shotL_check_frame(L, 1);
	struct shot_blob *blob = shotL_new_blob(L);
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	struct shot_error err;
	if (!shot_sixel_encode(&frame->view, blob, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushlstring(L, (const char *)blob->data, blob->size);
	shot_blob_finish(blob);
	return 1;
}

void shotL_open_encode(lua_State *L)
{
	shotL_new_owner_type(L, BLOB, blob_finish);
	lua_pushcfunction(L, sixel);
	lua_setfield(L, -2, "sixel");
}
