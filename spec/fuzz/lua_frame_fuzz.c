/* What scripts can give to the methods of frames: any values, option tables whose reading releases
 * frames, and no memory at any moment. Nothing may be lost or touched after its end. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "image/image.h"

#define CALLS 12	  /* of one input */
#define LARGEST (1 << 24) /* bytes that Lua gets at once */
#define DEEPEST 3	  /* tables in tables */
#define FRAMES "frames"	  /* the registry's list of those that are alive, mostly */
#define COUNT 6		  /* of its places */

int luaopen_luashot_core(lua_State *L);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size;
	long left; /* allocations still granted; negative: all of them */
};

static unsigned next(struct input *input)
{
	if (input->size == 0) {
		return 0;
	}
	input->size--;
	return *input->data++;
}

#define ANY(input, list) (list)[next(input) % (sizeof(list) / sizeof *(list))]

/* Lua tells in `old_size` what kind of object a new block is for. Small blocks that are for none,
 * and those that only grow, are always granted: a stack without room keeps finalizers from running.
 */
static void *allocate(void *argument, void *block, size_t old_size, size_t new_size)
{
	struct input *input = argument;
	if (new_size == 0) {
		free(block);
		return NULL;
	}
	bool counts = !block && (old_size || new_size > 1024);
	if ((counts && input->left == 0) || new_size > LARGEST) {
		return NULL;
	}
	if (counts && input->left > 0) {
		input->left--;
	}
	return realloc(block, new_size);
}

static void push_frame(lua_State *L, struct input *input)
{
	lua_getfield(L, LUA_REGISTRYINDEX, FRAMES);
	lua_rawgeti(L, -1, 1 + next(input) % COUNT);
	lua_remove(L, -2);
}

/* Somebody's __index: it lets go of all frames. */
static int release_all(lua_State *L)
{
	lua_getfield(L, LUA_REGISTRYINDEX, FRAMES);
	for (int i = 1; i <= COUNT; i++) {
		lua_rawgeti(L, -1, i);
		lua_getfield(L, -1, "release");
		lua_insert(L, -2);
		lua_call(L, 1, 0);
	}
	lua_pushvalue(L, lua_upvalueindex(1));
	return 1;
}

static void push_value(lua_State *L, struct input *input, int depth);

static void push_text(lua_State *L, struct input *input)
{
	static const char *const texts[] = {"", "#fff", "#30c040", "png", "jpeg", "webp", "qoi",
		"ppm", "pam", "rgb", "rgba", "gray", "bgrx", "bgr", "i420", "nv12", "box",
		"bilinear", "nearest", "fast", "small", "/nonexistent/a.png", "-", "error",
		"number", "P6 2 1 255\nabcdef", "0123456789abcdef", "g\xc3\xa4\n\xff"};
	unsigned kind = next(input);
	if (kind % 4) {
		lua_pushstring(L, ANY(input, texts));
		return;
	}
	size_t length = kind / 4 % 16;
	length = length < input->size ? length : input->size;
	lua_pushlstring(L, (const char *)input->data, length);
	input->data += length;
	input->size -= length;
}

static void push_number(lua_State *L, struct input *input)
{
	static const lua_Integer integers[] = {0, 1, -1, 2, 3, 5, 8, 12, 16, 40, 100, 255, 256,
		1000, 1 << 21, INT32_MAX, INT32_MIN, (lua_Integer)1 << 32, INT64_MAX, INT64_MIN};
	static const lua_Number numbers[] = {
		0.5, -0.5, 0.01, 0.99, 1.0, 2.0, 3.7, 100.0, 1e300, -1e300, 0.0 / 0.0, 1 / 0.0};
	if (next(input) % 3) {
		lua_pushinteger(L, ANY(input, integers));
	} else {
		lua_pushnumber(L, ANY(input, numbers));
	}
}

static void push_options(lua_State *L, struct input *input, int depth)
{
	static const char *const names[] = {"x", "y", "width", "height", "tolerance", "min_score",
		"region", "mask", "scale", "all", "min_pixels", "ignore", "picture", "filter",
		"thickness", "color", "background", "level", "quality", "lossless", "format",
		"clobber", "max_pixels", "wrong"};
	lua_newtable(L);
	for (unsigned count = next(input) % 6; count > 0; count--) {
		const char *name = ANY(input, names);
		push_value(L, input, depth + 1);
		lua_setfield(L, -2, name);
	}
	if (next(input) % 8 == 0) {
		lua_newtable(L);
		push_value(L, input, depth + 1);
		lua_pushcclosure(L, release_all, 1);
		lua_setfield(L, -2, "__index");
		lua_setmetatable(L, -2);
	}
}

static void push_list(lua_State *L, struct input *input, int depth)
{
	lua_newtable(L);
	for (int i = 1, count = (int)(next(input) % 5); i <= count; i++) {
		push_value(L, input, depth + 1);
		lua_rawseti(L, -2, i);
	}
}

static void push_rect(lua_State *L, struct input *input)
{
	static const char *const names[] = {"x", "y", "width", "height"};
	lua_newtable(L);
	for (size_t i = 0; i < 4; i++) {
		unsigned byte = next(input);
		lua_pushinteger(L, (lua_Integer)(byte % 24) - (i < 2 ? 4 : 0));
		lua_setfield(L, -2, names[i]);
	}
}

static void push_value(lua_State *L, struct input *input, int depth)
{
	luaL_checkstack(L, 10, NULL);
	unsigned kind = next(input) % (depth < DEEPEST ? 10 : 6);
	switch (kind) {
	case 0:
		lua_pushnil(L);
		break;
	case 1:
		lua_pushboolean(L, next(input) & 1);
		break;
	case 2:
		push_number(L, input);
		break;
	case 3:
		push_text(L, input);
		break;
	case 4:
		push_frame(L, input);
		break;
	case 5:
		push_rect(L, input);
		break;
	case 6:
		push_list(L, input, depth);
		break;
	default:
		push_options(L, input, depth);
	}
}

/* Of the results those that are frames take a place of the list. */
static void keep_frames(lua_State *L, struct input *input, int first)
{
	for (int i = first; i <= lua_gettop(L); i++) {
		if (luaL_testudata(L, i, "luashot.frame")) {
			lua_getfield(L, LUA_REGISTRYINDEX, FRAMES);
			lua_pushvalue(L, i);
			lua_rawseti(L, -2, 1 + next(input) % COUNT);
			lua_pop(L, 1);
		}
	}
}

/* Anything but files: a path is below a folder that is not there. */
static void push_path(lua_State *L, struct input *input)
{
	lua_pushliteral(L, "/nonexistent/");
	push_text(L, input);
	lua_concat(L, 2);
}

static void call_method(lua_State *L, struct input *input)
{
	static const char *const methods[] = {"blur", "bytes", "copy", "crop", "diff", "encode",
		"fill", "find", "find_color", "hash", "histogram", "keep", "mean", "phash", "pixel",
		"rectangle", "release", "same", "save", "scale", "text", "thumbnail"};
	const char *name = ANY(input, methods);
	push_frame(L, input);
	lua_getfield(L, -1, name);
	lua_insert(L, -2);
	if (strcmp(name, "save") == 0) {
		push_path(L, input);
	} else {
		push_value(L, input, 0);
	}
	for (int i = 1; i < 4; i++) {
		push_value(L, input, 0);
	}
	if (strcmp(name, "text") == 0) { /* x, y, text, options */
		push_text(L, input);
		lua_replace(L, -3);
	}
	lua_call(L, 5, LUA_MULTRET);
}

static void call_function(lua_State *L, struct input *input)
{
	static const char *const functions[] = {"buffer", "distance", "load"};
	static const char *const fields[] = {"width", "changed", "source", "nothing", "wall"};
	unsigned kind = next(input);
	if (kind % 4 == 0) {
		push_frame(L, input);
		lua_getfield(L, -1, ANY(input, fields));
		return;
	}
	lua_getglobal(L, "luashot");
	lua_getfield(L, -1, ANY(input, functions));
	lua_remove(L, -2);
	push_value(L, input, 0);
	push_value(L, input, 0);
	lua_call(L, 2, LUA_MULTRET);
}

static int one_call(lua_State *L)
{
	struct input *input = lua_touserdata(L, 1);
	(next(input) % 8 ? call_method : call_function)(L, input);
	keep_frames(L, input, 2);
	return 0;
}

/* A picture, gray and cropped ones, and one that is released. */
static const char *const first_frames =
	"local list, text = {}, 'P6 16 12 255\\n'\n"
	"for i = 1, 16 * 12 do text = text .. string.char(i % 5 * 50, i % 7, i // 16) end\n"
	"list[1] = luashot.load(text)\n"
	"list[2] = list[1]:crop(3, 4, 5, 6)\n"
	"list[3] = list[1]:copy 'gray'\n"
	"list[4] = list[1]:crop(15, 11, 1, 1):copy 'rgb'\n"
	"list[5] = list[3]:crop(1, 2, 9, 7)\n"
	"list[6] = list[1]:copy()\n"
	"list[6]:release()\n"
	"return list\n";

static bool start(lua_State *L)
{
	luaL_openlibs(L);
	luaL_requiref(L, "luashot.core", luaopen_luashot_core, 0);
	lua_setglobal(L, "luashot");
	if (luaL_dostring(L, first_frames) != LUA_OK) {
		return false;
	}
	lua_setfield(L, LUA_REGISTRYINDEX, FRAMES);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size, -1};
	lua_State *L = lua_newstate(allocate, &input);
	if (!L || !start(L)) {
		abort();
	}
	unsigned scarce = next(&input);
	input.left = scarce % 4 ? -1 : (long)(scarce / 4) * 8 + next(&input) % 8;
	for (int i = 0; i < CALLS && input.size > 0; i++) {
		lua_settop(L, 0);
		lua_pushcfunction(L, one_call);
		lua_pushlightuserdata(L, &input);
		lua_pcall(L, 1, 0, 0);
	}
	input.left = -1;
	lua_close(L);
	if (shot_image_bytes() != 0) {
		abort();
	}
	return 0;
}
