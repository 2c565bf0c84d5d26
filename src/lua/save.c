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
#include "lua/args.h"
#include "lua/encode.h"
#include "lua/file.h"
#include "lua/frame.h"
#include "lua/type.h"
#include "lua/wait.h"
#include "output/file.h"
#include "output/quiet.h"
#include "output/template.h"

#define WRITING "luashot.writing"

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
		.encode = shotL_encode_options(L, arg, frame),
		.codec = shotL_choose_codec(L, path, arg, err),
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
		if (rest->left == 0) {
			return shotL_fail_finalized(L);
		}
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

void shotL_open_save(lua_State *L)
{
	shotL_new_owner_type(L, WRITING, writing_finish);
}
