#include "lua/bytes.h"

#include <lauxlib.h>
#include <string.h>

#include "base/large.h"
#include "base/nearest.h"
#include "image/ahead.h"
#include "image/bands.h"
#include "image/convert.h"
#include "image/image.h"
#include "image/planar.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/type.h"
#include "lua/written.h"

#define TYPE "luashot.buffer"
#define AHEAD "luashot.ahead"
#define LARGEST (sizeof(size_t) > 4 ? (lua_Integer)1 << 40 : (lua_Integer)1 << 30)
#define LARGE ((size_t)1 << 20) /* a string that is worth to be written in pieces */
#define COUNT (SHOT_FORMAT_COUNT + SHOT_PLANAR_COUNT)

static const char *name_of(int format)
{
	return format < SHOT_FORMAT_COUNT
		       ? shot_format_name((enum shot_format)format)
		       : shot_planar_name((enum shot_planar)(format - SHOT_FORMAT_COUNT));
}

/* The index of a name among the first `count` formats: the pixel formats, then the planar ones. */
static int check_name(lua_State *L, int arg, const char *otherwise, int count)
{
	const char *name = luaL_optstring(L, arg, otherwise);
	const char *names[COUNT + 1] = {0};
	for (int i = 0; i < count; i++) {
		names[i] = name_of(i);
		if (strcmp(name, names[i]) == 0) {
			return i;
		}
	}
	luaL_Buffer known;
	luaL_buffinit(L, &known);
	for (int i = 0; i < count; i++) {
		luaL_addstring(&known, i ? ", " : "");
		luaL_addstring(&known, names[i]);
	}
	luaL_pushresult(&known);
	const char *nearest = shot_nearest(name, names);
	return luaL_argerror(L, arg,
		lua_pushfstring(L, "unknown format '%s'%s%s%s (%s)", name,
			nearest ? ", did you mean '" : "", nearest ? nearest : "",
			nearest ? "'?" : "", lua_tostring(L, -1)));
}

enum shot_format shotL_check_format(lua_State *L, int arg, const char *otherwise)
{
	return (enum shot_format)check_name(L, arg, otherwise, SHOT_FORMAT_COUNT);
}

static bool is_planar(int format)
{
	return format >= SHOT_FORMAT_COUNT;
}

static size_t size_of(const struct shot_view *view, int format)
{
	return is_planar(format) ? shot_planar_size(view)
				 : shot_view_packed_size(view, (enum shot_format)format);
}

static bool write_bytes(
	const struct shot_view *view, int format, uint8_t *out, struct shot_error *err)
{
	if (!is_planar(format)) {
		shot_view_convert(view, (enum shot_format)format, out,
			(size_t)view->width * shot_format_bytes((enum shot_format)format));
		return true;
	}
	struct shot_view bgrx;
	if (!shot_image_bgrx(view, &bgrx, err)) {
		return false;
	}
	shot_planar_convert(&bgrx, (enum shot_planar)(format - SHOT_FORMAT_COUNT), out);
	shot_view_unref(&bgrx);
	return true;
}

static int into_buffer(lua_State *L, int format)
{
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	uint8_t *buffer = luaL_checkudata(L, 3, TYPE);
	size_t size = size_of(view, format), room = lua_rawlen(L, 3);
	if (size > room) {
		return luaL_error(L, "%dx%d pixels of %s are %I bytes, the buffer has %I",
			view->width, view->height, name_of(format), (lua_Integer)size,
			(lua_Integer)room);
	}
	struct shot_error err;
	if (!write_bytes(view, format, buffer, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, (lua_Integer)size);
	return 1;
}

/* Whether the bytes in memory already have the format. A peer's rgba need not be opaque. */
static bool is_ready(const struct shot_view *view, int format)
{
	return format == (int)view->format && view->format != SHOT_FORMAT_RGBA &&
	       view->stride == (size_t)view->width * shot_format_bytes(view->format);
}

/* The pieces of a frame's bytes. A finalizer may have closed the frame since the last one. */
struct pieces {
	struct shot_ahead *ahead; /* NULL: they are made here */
	struct shot_bands bands;
	uint8_t *room; /* NULL: the bytes are ready */
	struct shot_error err;
};

static const void *next_piece(lua_State *L, void *context, size_t *size)
{
	struct pieces *pieces = context;
	if (pieces->ahead) {
		return shot_ahead_next(pieces->ahead, size);
	}
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	if (!pieces->room) {
		*size = shot_view_packed_size(view, view->format);
		return view->data;
	}
	return shot_bands_next(&pieces->bands, view, pieces->room, size, &pieces->err);
}

static int finish_ahead(lua_State *L)
{
	struct shot_ahead **ahead = luaL_checkudata(L, 1, AHEAD);
	shot_ahead_stop(*ahead);
	*ahead = NULL;
	return 0;
}

/* Pushes what ends the thread, whatever happens. */
static struct shot_ahead **push_ahead(lua_State *L)
{
	struct shot_ahead **ahead = lua_newuserdatauv(L, sizeof *ahead, 0);
	*ahead = NULL;
	luaL_setmetatable(L, AHEAD);
	return ahead;
}

static void start_pieces(lua_State *L, struct pieces *pieces, int format, struct shot_ahead **ahead)
{
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	if (is_planar(format)) {
		shot_bands_start_planar(
			&pieces->bands, view, (enum shot_planar)(format - SHOT_FORMAT_COUNT));
	} else {
		*ahead = pieces->ahead = shot_ahead_start(view, (enum shot_format)format);
		shot_bands_start(&pieces->bands, view, (enum shot_format)format);
	}
	if (!pieces->ahead) {
		pieces->room = lua_newuserdatauv(L, pieces->bands.room, 0);
	}
}

static int push_large(lua_State *L, int format, size_t size)
{
	struct pieces pieces = {0};
	struct shot_ahead **ahead = push_ahead(L);
	if (!is_ready(&shotL_check_frame(L, 1)->view, format)) {
		start_pieces(L, &pieces, format, ahead);
	}
	bool is_pushed = shotL_push_written(L, size, next_piece, &pieces);
	shot_ahead_stop(*ahead);
	*ahead = NULL;
	return is_pushed ? 1 : shotL_fail(L, &pieces.err);
}

int shotL_frame_bytes(lua_State *L)
{
	shotL_check_frame(L, 1);
	int format = check_name(L, 2, "bgrx", COUNT);
	if (!lua_isnoneornil(L, 3)) {
		return into_buffer(L, format);
	}
	const struct shot_view *view = &shotL_check_frame(L, 1)->view;
	size_t size = size_of(view, format);
	if (size >= LARGE) {
		return push_large(L, format, size);
	}
	if (is_ready(view, format)) {
		lua_pushlstring(L, (const char *)view->data, size);
		return 1;
	}
	uint8_t *bytes = lua_newuserdatauv(L, size, 0);
	struct shot_error err;
	if (!write_bytes(&shotL_check_frame(L, 1)->view, format, bytes, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushlstring(L, (const char *)bytes, size);
	return 1;
}

static int new_buffer(lua_State *L)
{
	lua_Integer size = luaL_checkinteger(L, 1);
	if (size < 1 || size > LARGEST) {
		luaL_argerror(L, 1,
			lua_pushfstring(
				L, "a size of 1 to %I bytes expected, got %I", LARGEST, size));
	}
	void *buffer = lua_newuserdatauv(L, (size_t)size, 0);
	shot_large_advise(buffer, (size_t)size);
	memset(buffer, 0, (size_t)size);
	luaL_setmetatable(L, TYPE);
	return 1;
}

static int buffer_length(lua_State *L)
{
	luaL_checkudata(L, 1, TYPE);
	lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
	return 1;
}

/* (buffer, count): the first bytes, or all. */
static int buffer_bytes(lua_State *L)
{
	const char *buffer = luaL_checkudata(L, 1, TYPE);
	lua_Integer size = (lua_Integer)lua_rawlen(L, 1), count = luaL_optinteger(L, 2, size);
	if (count < 0 || count > size) {
		return luaL_error(L, "the buffer has %I bytes, not %I", size, count);
	}
	lua_pushlstring(L, buffer, (size_t)count);
	return 1;
}

void shotL_open_bytes(lua_State *L)
{
	static const luaL_Reg methods[] = {{"bytes", buffer_bytes}, {NULL, NULL}};
	static const luaL_Reg metamethods[] = {{"__len", buffer_length}, {NULL, NULL}};
	shotL_new_owner_type(L, AHEAD, finish_ahead);
	shotL_new_type(L, TYPE, metamethods, "a buffer", methods);
	lua_pushcfunction(L, new_buffer);
	lua_setfield(L, -2, "buffer");
}
