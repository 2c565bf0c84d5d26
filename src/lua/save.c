#include "lua/save.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "codec/encode.h"
#include "codec/sixel.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/type.h"
#include "output/file.h"
#include "output/template.h"

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
	if (!codec) {
		luaL_error(L, "unknown format '%s' (known: %s)", name, push_known(L));
	}
	return codec;
}

static struct shot_encode_options encode_options(
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

int shotL_frame_encode(lua_State *L)
{
	static const char *const names[] = {"level", "quality", "lossless", NULL};
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	const struct shot_codec *codec = check_codec(L, luaL_checkstring(L, 2));
	shotL_check_options(L, 3, names);
	struct shot_encode_options options = encode_options(L, 3, frame);
	struct shot_blob *blob = shotL_new_blob(L);
	shotL_check_frame(L, 1);
	struct shot_error err;
	if (!codec->encode(&frame->view, &options, blob, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushlstring(L, (const char *)blob->data, blob->size);
	shot_blob_finish(blob);
	return 1;
}

/* Through the stream's own buffer, so that the bytes come after those that Lua wrote to it. */
static bool write_stream(FILE *stream, const struct shot_blob *blob, struct shot_error *err)
{
	if (fwrite(blob->data, 1, blob->size, stream) == blob->size && fflush(stream) == 0) {
		return true;
	}
	return shot_fail_errno(err, errno, "cannot write the picture");
}

const char *shotL_check_path(lua_State *L, int arg)
{
	size_t length;
	const char *path = luaL_checklstring(L, arg, &length);
	luaL_argcheck(L, strlen(path) == length, arg, "a path cannot hold a NUL byte");
	return path;
}

/* The codec that the options name, else the path's extension does, else png for a stream. A name in
 * the script is the script's; an extension is often data, so that an unknown one fails. */
static const struct shot_codec *choose_codec(
	lua_State *L, const char *path, int options, struct shot_error *err)
{
	const char *name = shotL_field_string(L, options, "format", NULL);
	if (name || !path) {
		return check_codec(L, name ? name : "png");
	}
	const struct shot_codec *codec = shot_codec_by_path(path);
	if (!codec) {
		shot_fail(err, "EFORMAT",
			"cannot tell the format of '%.150s' by its extension (known: %s)", path,
			push_known(L));
		lua_pop(L, 1);
	}
	return codec;
}

bool shotL_check_save(lua_State *L, const char *path, int arg, const struct shot_frame *frame,
	struct shot_save_options *out, struct shot_error *err)
{
	static const char *const names[] = {
		"format", "level", "quality", "lossless", "clobber", NULL};
	static const char *const clobbers[] = {"replace", "error", "number", NULL};
	shotL_check_options(L, arg, names);
	*out = (struct shot_save_options){
		.clobber = (enum shot_clobber)shotL_field_choice(
			L, arg, "clobber", SHOT_CLOBBER_REPLACE, clobbers),
		.encode = encode_options(L, arg, frame),
		.codec = choose_codec(L, path, arg, err),
	};
	return out->codec != NULL;
}

int shotL_frame_save(lua_State *L)
{
	const struct shot_frame *frame = shotL_check_frame(L, 1);
	luaL_Stream *stream = luaL_testudata(L, 2, LUA_FILEHANDLE);
	const char *path = stream ? NULL : shotL_check_path(L, 2);
	bool to_stdout = path && strcmp(path, "-") == 0;
	struct shot_save_options options;
	struct shot_error err;
	if (!shotL_check_save(L, to_stdout ? NULL : path, 3, frame, &options, &err)) {
		return shotL_fail(L, &err);
	}
	struct shot_blob *blob = shotL_new_blob(L);
	shotL_check_frame(L, 1);
	luaL_argcheck(L, !stream || stream->closef, 2, "attempt to use a closed file");
	struct shot_path_buffer used;
	bool ok = options.codec->encode(&frame->view, &options.encode, blob, &err);
	if (ok && (stream || to_stdout)) {
		ok = write_stream(stream ? stream->f : stdout, blob, &err);
	} else if (ok) {
		const struct shot_template_fields fields = {
			.origin = options.encode.origin, .sequence = frame->sequence};
		ok = shot_template_expand(path, &fields, &used, &err) &&
		     shot_file_save(&used, blob->data, blob->size, options.clobber, &err);
	}
	shot_blob_finish(blob);
	if (!ok) {
		return shotL_fail(L, &err);
	}
	if (stream || to_stdout) {
		lua_pushvalue(L, 2);
	} else {
		lua_pushstring(L, used.text);
	}
	return 1;
}

/* core.sixel(frame) -> what a terminal draws it from, or nil, message, code */
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

static int check_template(lua_State *L)
{
	const char *template = shotL_check_path(L, 1);
	const struct shot_template_fields fields = {.origin = {.source = "name"}};
	struct shot_path_buffer ignored;
	struct shot_error err;
	if (!shot_template_expand(template, &fields, &ignored, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	return 1;
}

void shotL_open_save(lua_State *L)
{
	shotL_new_owner_type(L, BLOB, blob_finish);
	lua_pushcfunction(L, check_template);
	lua_setfield(L, -2, "check_template");
	lua_pushcfunction(L, sixel);
	lua_setfield(L, -2, "sixel");
}
