#include "lua/save.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "codec/encode.h"
#include "codec/sixel.h"
#include "image/image.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/type.h"
#include "lua/wait.h"
#include "output/file.h"
#include "output/place.h"
#include "output/quiet.h"
#include "output/template.h"

#define BLOB "luashot.blob"
#define WRITING "luashot.writing"
#define USUAL_QUALITY 85 /* of jpeg and webp */

static const char *const level_names[] = {"fast", "small", NULL};

/* A picture being written, also across a yield. */
struct writing {
	struct shot_stream rest;
	struct shot_path_buffer path; /* empty for a stream */
};

/* The stack of a save. */
enum { FRAME = 1, TARGET, OPTIONS, BLOBBED, WRITTEN };

static int writing_finish(lua_State *L)
{
	struct writing *writing = luaL_checkudata(L, 1, WRITING);
	shot_stream_close(&writing->rest);
	return 0;
}

static struct writing *new_writing(lua_State *L)
{
	struct writing *writing = lua_newuserdatauv(L, sizeof *writing, 0);
	writing->rest = (struct shot_stream)SHOT_STREAM_IDLE;
	writing->path.text[0] = '\0';
	luaL_setmetatable(L, WRITING);
	return writing;
}

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

const struct shot_codec *shotL_check_encode(lua_State *L, int format,
	const struct shot_frame *frame, struct shot_encode_options *out, int32_t *out_width)
{
	static const char *const names[] = {"level", "quality", "lossless", NULL};
	static const char *const more[] = {"level", "quality", "lossless", "width", NULL};
	const struct shot_codec *codec = check_codec(L, luaL_checkstring(L, format));
	shotL_check_options(L, format + 1, out_width ? more : names);
	*out = encode_options(L, format + 1, frame);
	if (out_width) {
		*out_width = (int32_t)shotL_field_integer(
			L, format + 1, "width", 0, 1, SHOT_LONGEST_SIDE);
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

/* Writes to a file through the stream's own buffer, which knows its offset. */
static bool write_file(
	FILE *stream, const struct shot_blob *blob, bool synced, struct shot_error *err)
{
	struct shot_quiet quiet;
	shot_quiet_begin(&quiet);
	bool ok = fwrite(blob->data, 1, blob->size, stream) == blob->size && fflush(stream) == 0 &&
		  (!synced || fsync(fileno(stream)) == 0);
	int number = errno;
	shot_quiet_end(&quiet);
	return ok || shot_fail_errno(err, number, "cannot write the picture");
}

/* Begins writing to a slow destination without the stream's buffer, after flushing it. The script
 * may close the stream meanwhile. */
static bool begin_stream(FILE *stream, const struct shot_blob *blob, bool synced,
	struct shot_stream *rest, struct shot_error *err)
{
	struct stat info;
	if (fstat(fileno(stream), &info) != 0 ||
		S_ISREG(info.st_mode)) { /* a sandbox may not call fstat */
		return write_file(stream, blob, synced, err);
	}
	int fd = fflush(stream) == 0 ? fcntl(fileno(stream), F_DUPFD_CLOEXEC, 0) : -1;
	if (fd < 0) {
		return shot_fail_errno(err, errno, "cannot write the picture");
	}
	shot_stream_begin(rest, fd, true, synced, "the picture", blob->data, blob->size);
	return true;
}

const char *shotL_check_path(lua_State *L, int arg)
{
	size_t length;
	const char *path = luaL_checklstring(L, arg, &length);
	luaL_argcheck(L, strlen(path) == length, arg, "a path cannot hold a NUL byte");
	return path;
}

/* The codec of the option, else of the path's extension, else png for a stream. An unknown name in
 * the option raises, because it is in the script; an unknown extension is often data, and fails. */
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

/* Reads "640", as for chmod; Lua has no octal numbers. */
static int field_mode(lua_State *L, int arg)
{
	const char *text = shotL_field_string(L, arg, "mode", NULL);
	if (!text) {
		return SHOT_MODE_USUAL;
	}
	char *end;
	long mode = strtol(text, &end, 8);
	if (strspn(text, "01234567") != strlen(text) || *text == '\0' || mode > 0777) {
		luaL_error(L,
			"option 'mode': octal digits up to 777 expected, such as \"640\", got '%s'",
			text);
	}
	return (int)mode;
}

bool shotL_check_save(lua_State *L, const char *path, int arg, const struct shot_frame *frame,
	struct shot_save_options *out, struct shot_error *err)
{
	static const char *const names[] = {
		"format", "level", "quality", "lossless", "clobber", "mode", "fsync", NULL};
	static const char *const clobbers[] = {"replace", "error", "number", NULL};
	shotL_check_options(L, arg, names);
	*out = (struct shot_save_options){
		.file = {.clobber = (enum shot_clobber)shotL_field_choice(
				 L, arg, "clobber", SHOT_CLOBBER_REPLACE, clobbers),
			.mode = field_mode(L, arg),
			.is_synced = shotL_field_boolean(L, arg, "fsync", false)},
		.encode = encode_options(L, arg, frame),
		.codec = choose_codec(L, path, arg, err),
	};
	return out->codec != NULL;
}

/* Frees both, and returns the three values of a failure. */
static int give_up(lua_State *L, const struct shot_error *err)
{
	struct writing *writing = lua_touserdata(L, WRITTEN);
	shot_stream_close(&writing->rest);
	shot_blob_finish(lua_touserdata(L, BLOBBED));
	return shotL_fail(L, err);
}

/* Writes the rest as fast as the reader reads; other jobs run meanwhile. */
static int write_on(lua_State *L, int status, lua_KContext context)
{
	struct writing *writing = lua_touserdata(L, WRITTEN);
	struct shot_stream *rest = &writing->rest;
	struct shot_error err;
	if (status == LUA_YIELD) {
		shotL_waited(L);
	}
	while (rest->left > 0) {
		if (!shot_stream_write(rest, &err)) {
			return give_up(L, &err);
		}
		int fd = rest->left > 0 ? shot_stream_wait_fd(rest, &err) : 0;
		if (fd < 0) {
			return give_up(L, &err);
		}
		if (rest->left > 0) {
			shotL_waitk(L, fd, SHOT_FOREVER, context, write_on);
		}
	}
	shot_stream_close(rest);
	shot_blob_finish(lua_touserdata(L, BLOBBED));
	if (*writing->path.text) {
		lua_pushstring(L, writing->path.text);
	} else {
		lua_pushvalue(L, TARGET);
	}
	return 1;
}

static bool begin_file(const struct shot_frame *frame, const char *path,
	const struct shot_save_options *options, const struct shot_blob *blob,
	struct writing *writing, struct shot_error *err)
{
	const struct shot_template_fields fields = {
		.origin = options->encode.origin, .sequence = frame->sequence};
	return shot_template_expand(path, &fields, &writing->path, err) &&
	       shot_file_save(
		       &writing->path, blob->data, blob->size, &options->file, &writing->rest, err);
}

int shotL_frame_save(lua_State *L)
{
	lua_settop(L, OPTIONS);
	const struct shot_frame *frame = shotL_check_frame(L, FRAME);
	luaL_Stream *stream = luaL_testudata(L, TARGET, LUA_FILEHANDLE);
	const char *path = stream ? NULL : shotL_check_path(L, TARGET);
	bool to_stdout = path && strcmp(path, "-") == 0;
	struct shot_save_options options;
	struct shot_error err;
	if (!shotL_check_save(L, to_stdout ? NULL : path, OPTIONS, frame, &options, &err)) {
		return shotL_fail(L, &err);
	}
	struct shot_blob *blob = shotL_new_blob(L);
	struct writing *writing = new_writing(L);
	shotL_check_frame(L, FRAME);
	luaL_argcheck(L, !stream || stream->closef, TARGET, "attempt to use a closed file");
	bool ok = options.codec->encode(&frame->view, &options.encode, blob, &err);
	if (ok && (stream || to_stdout)) {
		ok = begin_stream(stream ? stream->f : stdout, blob, options.file.is_synced,
			&writing->rest, &err);
	} else if (ok) {
		ok = begin_file(frame, path, &options, blob, writing, &err);
	}
	return ok ? write_on(L, LUA_OK, 0) : give_up(L, &err);
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

/* core.claim_file(path) -> whether it is new; nil, message, code */
static int claim_file(lua_State *L)
{
	bool is_new;
	struct shot_error err;
	if (!shot_file_claim(shotL_check_path(L, 1), &is_new, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, is_new);
	return 1;
}

/* core.write_file(path, bytes, is_kept) -> true; nil, message, code: as save, but it waits for the
 * reader of a pipe. With is_kept it replaces nothing, and waits for the disk. */
static int write_bytes(lua_State *L)
{
	size_t size;
	const char *path = shotL_check_path(L, 1), *bytes = luaL_checklstring(L, 2, &size);
	bool is_kept = lua_toboolean(L, 3);
	const struct shot_file_options options = {.mode = SHOT_MODE_USUAL,
		.clobber = is_kept ? SHOT_CLOBBER_ERROR : SHOT_CLOBBER_REPLACE,
		.is_synced = is_kept};
	struct shot_path_buffer buffer;
	struct shot_error err;
	if (snprintf(buffer.text, sizeof buffer.text, "%s", path) >= (int)sizeof buffer.text) {
		shot_fail_errno(&err, ENAMETOOLONG, "cannot write a file");
		return shotL_fail(L, &err);
	}
	if (!shot_file_save_all(&buffer, bytes, size, &options, NULL, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* core.folder_of(path) -> a descriptor of its folder, found as save does; nil, message, code */
static int folder_of(lua_State *L)
{
	struct shot_place place;
	struct shot_error err;
	if (!shot_place_find(shotL_check_path(L, 1), false, &place, &err)) {
		return shotL_fail(L, &err);
	}
	int folder = fcntl(place.folder, F_DUPFD_CLOEXEC, 0);
	int number = errno;
	shot_place_finish(&place);
	if (folder < 0) {
		shot_fail_errno(&err, number, "cannot open the folder");
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, folder);
	return 1;
}

void shotL_open_save(lua_State *L)
{
	lua_pushcfunction(L, write_bytes);
	lua_setfield(L, -2, "write_file");
	lua_pushcfunction(L, folder_of);
	lua_setfield(L, -2, "folder_of");
	lua_pushcfunction(L, claim_file);
	lua_setfield(L, -2, "claim_file");
	shotL_new_owner_type(L, BLOB, blob_finish);
	shotL_new_owner_type(L, WRITING, writing_finish);
	lua_pushcfunction(L, check_template);
	lua_setfield(L, -2, "check_template");
	lua_pushcfunction(L, sixel);
	lua_setfield(L, -2, "sixel");
}
