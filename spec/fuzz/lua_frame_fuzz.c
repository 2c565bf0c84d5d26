/* What scripts can give to the methods of frames: any values, option tables whose reading releases
 * frames, and no memory at any moment. Nothing may be lost or touched after its end. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lualib.h>

#include "image/image.h"
#include "lua_value.h"

#define CALLS 12 /* of one input */

int luaopen_luashot_core(lua_State *L);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {"", "#fff", "#30c040", "png", "jpeg", "webp", "qoi", "ppm",
	"pam", "rgb", "rgba", "gray", "bgrx", "bgr", "i420", "nv12", "box", "bilinear", "nearest",
	"fast", "small", "/nonexistent/a.png", "-", "error", "number", "P6 2 1 255\nabcdef",
	"0123456789abcdef", "g\xc3\xa4\n\xff"};
static const char *const names[] = {"x", "y", "width", "height", "tolerance", "min_score", "region",
	"mask", "scale", "all", "min_pixels", "ignore", "picture", "filter", "thickness", "color",
	"background", "level", "quality", "lossless", "format", "clobber", "max_pixels", "area",
	"language", "min_confidence", "wrong"};
static const struct fuzz_words words = {
	texts, sizeof texts / sizeof *texts, names, sizeof names / sizeof *names};

/* Frames and buffers take a place of the list. */
static void keep_results(lua_State *L, struct fuzz_input *input, int first)
{
	for (int i = first, top = lua_gettop(L); i <= top; i++) {
		if (lua_type(L, i) == LUA_TUSERDATA) {
			lua_pushvalue(L, i);
			fuzz_keep_object(L, input);
		}
	}
}

/* Anything but files: a path is below a folder that is not there. */
static void push_path(lua_State *L, struct fuzz_input *input)
{
	lua_pushliteral(L, "/nonexistent/");
	fuzz_push_text(L, input);
	lua_concat(L, 2);
}

/* One without data, so that no engine starts: the first argument's `language`. */
static void name_language(lua_State *L)
{
	int argument = lua_gettop(L) - 3;
	if (lua_isnil(L, argument)) {
		lua_newtable(L);
		lua_replace(L, argument);
	}
	if (lua_istable(L, argument)) {
		lua_pushliteral(L, "language");
		lua_pushliteral(L, "nix");
		lua_rawset(L, argument);
	}
}

static void call_method(lua_State *L, struct fuzz_input *input)
{
	static const char *const methods[] = {"blur", "bytes", "copy", "copy_to", "crop", "diff",
		"encode", "fill", "find", "find_color", "hash", "histogram", "keep", "mean",
		"phash", "pixel", "rectangle", "release", "same", "save", "scale", "text",
		"thumbnail", "words"};
	const char *name = FUZZ_ANY(input, methods);
	fuzz_push_object(L, input);
	lua_getfield(L, -1, name);
	lua_insert(L, -2);
	if (strcmp(name, "save") == 0) {
		push_path(L, input);
	} else if (strcmp(name, "copy_to") == 0) {
		fuzz_push_object(L, input);
	} else {
		fuzz_push_value(L, input, 0);
	}
	for (int i = 1; i < 4; i++) {
		fuzz_push_value(L, input, 0);
	}
	if (strcmp(name, "text") == 0) { /* x, y, text, options */
		fuzz_push_text(L, input);
		lua_replace(L, -3);
	}
	if (strcmp(name, "words") == 0) {
		name_language(L);
	}
	lua_call(L, 5, LUA_MULTRET);
}

static void call_function(lua_State *L, struct fuzz_input *input)
{
	static const char *const functions[] = {"buffer", "distance", "load"};
	static const char *const fields[] = {"width", "changed", "source", "nothing", "wall"};
	unsigned kind = fuzz_next(input);
	if (kind % 4 == 0) {
		fuzz_push_object(L, input);
		lua_getfield(L, -1, FUZZ_ANY(input, fields));
		return;
	}
	lua_getglobal(L, "luashot");
	lua_getfield(L, -1, FUZZ_ANY(input, functions));
	lua_remove(L, -2);
	fuzz_push_value(L, input, 0);
	fuzz_push_value(L, input, 0);
	lua_call(L, 2, LUA_MULTRET);
}

static int one_call(lua_State *L)
{
	struct fuzz_input *input = lua_touserdata(L, 1);
	(fuzz_next(input) % 8 ? call_method : call_function)(L, input);
	keep_results(L, input, 2);
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
	fuzz_set_objects(L);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {.data = data, .size = size, .words = &words};
	lua_State *L = fuzz_new_state(&input);
	if (!start(L)) {
		abort();
	}
	fuzz_make_scarce(&input);
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
