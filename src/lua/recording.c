#include "lua/recording.h"

#include "base/library.h"
#include "lua/args.h"
#include "lua/type.h"

#ifdef LUASHOT_VIDEO

#include <math.h>

#include "lua/frame.h"
#include "output/recording.h"

#define TYPE "luashot.recording"
#define MOST_BITS 1e12
#define MOST_WAITING 1000
#define RECORDER_THREADS 2 /* more would take more memory, for as long as it waits for an event */

struct handle {
	struct shot_recording *recording; /* NULL while closed */
};

static struct shot_recording *check_recording(lua_State *L)
{
	struct handle *handle = luaL_checkudata(L, 1, TYPE);
	luaL_argcheck(L, handle->recording, 1, "the recording is closed");
	return handle->recording;
}

static int recording_close(lua_State *L)
{
	struct handle *handle = luaL_checkudata(L, 1, TYPE);
	struct shot_recording *recording = handle->recording;
	handle->recording = NULL;
	shot_recording_destroy(recording);
	return 0;
}

/* The names and values of the table `options` at `arg`, in memory of Lua that is pushed, beside the
 * table that keeps the strings. NULL when there is none. */
static const char *const *push_settings(lua_State *L, int arg)
{
	if (lua_getfield(L, arg, "options") == LUA_TNIL) {
		return NULL;
	}
	int given = lua_gettop(L);
	if (!lua_istable(L, given)) {
		luaL_error(L, "option 'options': a table of names and values expected, got %s",
			luaL_typename(L, given));
	}
	size_t count = 0;
	for (lua_pushnil(L); lua_next(L, given); lua_pop(L, 1)) {
		count++;
	}
	const char **list = lua_newuserdatauv(L, (2 * count + 1) * sizeof *list, 1);
	lua_newtable(L);
	int kept = lua_gettop(L);
	size_t used = 0;
	for (lua_pushnil(L); lua_next(L, given); lua_pop(L, 1)) {
		bool is_value = lua_type(L, -1) == LUA_TSTRING || lua_type(L, -1) == LUA_TNUMBER;
		if (lua_type(L, -2) != LUA_TSTRING || !is_value || used == count) {
			luaL_error(L,
				"option 'options': names with strings or numbers expected, "
				"got %s",
				shotL_show_value(L, -2));
		}
		list[2 * used] = lua_tostring(L, -2);
		list[2 * used + 1] = luaL_tolstring(L, -1, NULL);
		lua_rawseti(L, kept, (lua_Integer)++used);
	}
	list[2 * used] = NULL;
	lua_setiuservalue(L, -2, 1);
	return list;
}

static void check_start(lua_State *L, struct shot_recording_options *options)
{
	static const char *const names[] = {"to", "container", "fps", "rate", "codec", "options",
		"bitrate", "keyframe", "segment", "speed", "append", "last", "bytes", "waiting",
		NULL};
	static const char *const rates[] = {"variable", "constant", NULL};
	luaL_checktype(L, 1, LUA_TTABLE);
	shotL_check_options(L, 1, names);
	*options = (struct shot_recording_options){.template = shotL_field_string(L, 1, "to", NULL),
		.keyframe = shotL_field_duration(L, 1, "keyframe", 5),
		.segment = shotL_field_duration(L, 1, "segment", 0),
		.is_appended = shotL_field_boolean(L, 1, "append", false),
		.speed = shotL_field_number(L, 1, "speed", 1, 1, 1e6),
		.last = shotL_field_duration(L, 1, "last", 30),
		.bytes = shotL_field_size(L, 1, "bytes", 64 << 20, INT64_MAX),
		.waiting = (unsigned)shotL_field_integer(L, 1, "waiting", 5, 1, MOST_WAITING),
		.encoder = {.container = shotL_field_string(L, 1, "container", NULL),
			.codec = shotL_field_string(L, 1, "codec", NULL),
			.bitrate = (int64_t)shotL_field_number(L, 1, "bitrate", 0, 0, MOST_BITS),
			.fps = shotL_field_number(L, 1, "fps", 30, 0, 1000),
			.is_constant = shotL_field_choice(L, 1, "rate", 0, rates) == 1}};
	if (!options->template) {
		options->encoder.threads = RECORDER_THREADS;
	}
	double fps = options->encoder.fps * options->speed;
	options->encoder.fps = fps < 1000 ? fps : 1000;
	if (!options->encoder.container) {
		options->encoder.container = options->template ? options->template : "any.mkv";
	}
	options->encoder.options = push_settings(L, 1);
}

/* core.recording(options, frame) */
static int new_recording(lua_State *L)
{
	struct shot_recording_options options;
	lua_settop(L, 2);
	check_start(L, &options);
	struct handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);
	handle->recording = NULL;
	luaL_setmetatable(L, TYPE);
	const struct shot_frame *first = shotL_check_frame(L, 2);
	options.encoder.width = first->view.width;
	options.encoder.height = first->view.height;
	struct shot_error err;
	handle->recording = shot_recording_start(&options, first, &err);
	return handle->recording ? 1 : shotL_fail(L, &err);
}

static int recording_put(lua_State *L)
{
	struct shot_error err;
	bool has_room;
	if (!shot_recording_put(check_recording(L), shotL_check_frame(L, 2), &has_room, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, has_room);
	return 1;
}

static int recording_has_room(lua_State *L)
{
	lua_pushboolean(L, shot_recording_has_room(check_recording(L)));
	return 1;
}

static int recording_finish(lua_State *L)
{
	shot_recording_end(check_recording(L), luaL_checkinteger(L, 2));
	return 0;
}

static int recording_fd(lua_State *L)
{
	lua_pushinteger(L, shot_recording_fd(check_recording(L)));
	return 1;
}

static int recording_is_over(lua_State *L)
{
	lua_pushboolean(L, shot_recording_look(check_recording(L)));
	return 1;
}

static int recording_result(lua_State *L)
{
	struct shot_error note, err;
	if (!shot_recording_result(check_recording(L), &note, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	lua_pushstring(L, note.code ? note.message : NULL);
	return 2;
}

static int recording_stats(lua_State *L)
{
	struct shot_recording_stats stats = shot_recording_stats(check_recording(L));
	struct shot_path_buffer path;
	shot_recording_path(check_recording(L), &path);
	lua_createtable(L, 0, 6);
	shotL_set_integer(L, "encoded", (lua_Integer)stats.encoded);
	shotL_set_integer(L, "dropped", (lua_Integer)stats.dropped);
	shotL_set_integer(L, "files", (lua_Integer)stats.files);
	shotL_set_integer(L, "bytes", (lua_Integer)stats.bytes);
	shotL_set_integer(L, "kept", (lua_Integer)stats.kept);
	shotL_set_string(L, "path", path.text);
	return 1;
}

static int recording_save(lua_State *L)
{
	struct shot_recording *recording = check_recording(L);
	struct shot_error err;
	uint64_t number = shot_recording_save(
		recording, luaL_checkstring(L, 2), luaL_checknumber(L, 3), &err);
	if (number == 0) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, (lua_Integer)number);
	return 1;
}

static int recording_saved(lua_State *L)
{
	struct shot_recording *recording = check_recording(L);
	uint64_t number = (uint64_t)luaL_checkinteger(L, 2);
	struct shot_path_buffer path;
	struct shot_error err;
	switch (shot_recording_saved(recording, number, &path, &err)) {
	case SHOT_POLL_DONE:
		lua_pushstring(L, path.text);
		return 1;
	case SHOT_POLL_FAILED:
		return shotL_fail(L, &err);
	default:
		lua_pushboolean(L, 0);
		return 1;
	}
}

/* core.load_video() -> true; nil, message, code: while libraries can be loaded yet */
static int load_video(lua_State *L)
{
	struct shot_error err;
	if (!shot_video_library(&err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	return 1;
}

void shotL_open_recording(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"close", recording_close},
		{"fd", recording_fd},
		{"finish", recording_finish},
		{"has_room", recording_has_room},
		{"is_over", recording_is_over},
		{"put", recording_put},
		{"result", recording_result},
		{"save", recording_save},
		{"saved", recording_saved},
		{"stats", recording_stats},
		{NULL, NULL},
	};
	static const luaL_Reg metamethods[] = {
		{"__close", recording_close},
		{"__gc", recording_close},
		{NULL, NULL},
	};
	shotL_new_type(L, TYPE, metamethods, "a recording", methods);
	lua_pushcfunction(L, new_recording);
	lua_setfield(L, -2, "recording");
	lua_pushcfunction(L, load_video);
	lua_setfield(L, -2, "load_video");
}

#else

static int new_recording(lua_State *L)
{
	struct shot_error err;
	shot_library_left_out("videos", "LUASHOT_VIDEO", &err);
	return shotL_fail(L, &err);
}

void shotL_open_recording(lua_State *L)
{
	lua_pushcfunction(L, new_recording);
	lua_setfield(L, -2, "recording");
	lua_pushcfunction(L, new_recording);
	lua_setfield(L, -2, "load_video");
}

#endif
