#include "lua/match.h"

#include <lauxlib.h>

#include "lua/args.h"
#include "lua/display.h"
#include "lua/frame.h"
#include "lua/type.h"

/* In the registry: the methods; the metatable of matches without a display. */
static const char methods_key, plain_key;

/* The fields of a match's metatable: the display, and the place of the frame on it. */
enum { OF_DISPLAY = 1, OF_X, OF_Y };

void shotL_frame_came_from(lua_State *L, int frame, int display)
{
	const struct shotL_display *handle = lua_touserdata(L, display);
	if (handle->performer) {
		frame = lua_absindex(L, frame);
		lua_pushvalue(L, display);
		lua_setiuservalue(L, frame, 1);
	}
}

void shotL_frame_came_with(lua_State *L, int frame, int other)
{
	frame = lua_absindex(L, frame);
	lua_getiuservalue(L, other, 1);
	lua_setiuservalue(L, frame, 1);
}

static void push_type(lua_State *L)
{
	lua_createtable(L, OF_Y, 2);
	lua_rawgetp(L, LUA_REGISTRYINDEX, &methods_key);
	lua_setfield(L, -2, "__index");
	shotL_set_boolean(L, "__metatable", false);
}

/* Pushes a metatable for a frame at x,y of the display on top of the stack, which it replaces. */
static void bind_type(lua_State *L, lua_Integer x, lua_Integer y)
{
	push_type(L);
	lua_insert(L, -2);
	lua_rawseti(L, -2, OF_DISPLAY);
	lua_pushinteger(L, x);
	lua_rawseti(L, -2, OF_X);
	lua_pushinteger(L, y);
	lua_rawseti(L, -2, OF_Y);
}

void shotL_push_match_type(lua_State *L, int frame)
{
	const struct shot_frame *origin = &((struct shotL_frame *)lua_touserdata(L, frame))->frame;
	if (lua_getiuservalue(L, frame, 1) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_rawgetp(L, LUA_REGISTRYINDEX, &plain_key);
		return;
	}
	bind_type(L, origin->x, origin->y);
}

static int bind(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	if (luaL_testudata(L, 2, SHOTL_FRAME)) {
		shotL_push_match_type(L, 2);
	} else {
		luaL_checkudata(L, 2, SHOTL_DISPLAY);
		int32_t x = shotL_check_int32(L, 3), y = shotL_check_int32(L, 4);
		lua_pushvalue(L, 2);
		bind_type(L, x, y);
	}
	lua_setmetatable(L, 1);
	lua_settop(L, 1);
	return 1;
}

static int push_frame_origin(lua_State *L)
{
	const struct shot_frame frame = ((struct shotL_frame *)lua_touserdata(L, 1))->frame;
	if (lua_getiuservalue(L, 1, 1) == LUA_TNIL) {
		return 0;
	}
	lua_pushinteger(L, frame.x);
	lua_pushinteger(L, frame.y);
	return 3;
}

/* Whether the table on top of the stack, which is popped, is a match's metatable. */
static bool is_ours(lua_State *L, int type)
{
	lua_pushliteral(L, "__index");
	lua_rawget(L, type);
	lua_rawgetp(L, LUA_REGISTRYINDEX, &methods_key);
	bool is = lua_rawequal(L, -1, -2);
	lua_pop(L, 2);
	return is;
}

static int origin(lua_State *L)
{
	lua_settop(L, 1);
	if (luaL_testudata(L, 1, SHOTL_FRAME)) {
		return push_frame_origin(L);
	}
	if (!lua_istable(L, 1) || !lua_getmetatable(L, 1) || !is_ours(L, 2) ||
		lua_rawgeti(L, 2, OF_DISPLAY) == LUA_TNIL) {
		return 0;
	}
	lua_rawgeti(L, 2, OF_X);
	lua_rawgeti(L, 2, OF_Y);
	return 3;
}

void shotL_open_match(lua_State *L)
{
	lua_newtable(L);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &methods_key);
	lua_setfield(L, -2, "match");
	push_type(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &plain_key);
	lua_pushcfunction(L, bind);
	lua_setfield(L, -2, "bind");
	lua_pushcfunction(L, origin);
	lua_setfield(L, -2, "origin");
}
