#include "host/door.h"

#include <stdbool.h>

#include <lauxlib.h>

#include "host/timeslice.h"
#include "lua/args.h"
#include "process/notify.h"
#include "process/socket.h"

#define PLACE "luashot.Socket"

static int remove_place(lua_State *L)
{
	shot_socket_remove(luaL_checkudata(L, 1, PLACE));
	return 0;
}

static void push_place_metatable(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"remove", remove_place}, {"__gc", remove_place}, {NULL, NULL}};
	if (luaL_newmetatable(L, PLACE)) {
		luaL_setfuncs(L, functions, 0);
		lua_pushvalue(L, -1);
		lua_setfield(L, -2, "__index");
	}
}

static int listen_at(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	struct shot_socket *place = lua_newuserdatauv(L, sizeof *place, 0);
	place->folder = -1;
	push_place_metatable(L);
	lua_setmetatable(L, -2);
	struct shot_error err;
	int fd = shot_socket_listen(place, path, &err);
	if (fd < 0) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, fd);
	return 2;
}

static int connect_to(lua_State *L)
{
	struct shot_error err;
	int fd = shot_socket_connect(luaL_checkstring(L, 1), &err);
	if (fd < 0) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, fd);
	return 1;
}

static int check_peer(lua_State *L)
{
	struct shot_error err;
	pid_t pid;
	if (!shot_socket_check_peer((int)luaL_checkinteger(L, 1), &pid, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, pid);
	return 1;
}

static int peek(lua_State *L)
{
	char bytes[4096];
	ssize_t size = shot_socket_peek((int)luaL_checkinteger(L, 1), bytes, sizeof bytes);
	if (size < 0) {
		lua_pushnil(L);
	} else {
		lua_pushlstring(L, bytes, (size_t)size);
	}
	return 1;
}

static int on_stuck(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_settop(L, 1);
	shot_timeslice_on_stuck(L);
	return 0;
}

static int notify(lua_State *L)
{
	struct shot_error err;
	if (!shot_service_notify(luaL_checkstring(L, 1), luaL_checkstring(L, 2), &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* --- divert ------------------------------------------------------------------------------------
 */

enum { FN = 1, ORIGINAL };

static bool has_upvalues(lua_State *L, int index)
{
	if (!lua_getupvalue(L, index, 1)) {
		return false;
	}
	lua_pop(L, 1);
	return true;
}

/* Runs after fn has returned: its results are above the `count` arguments. */
static int go_on(lua_State *L, int status, lua_KContext count)
{
	(void)status;
	int results = lua_gettop(L) - (int)count;
	if (results > 0 && lua_toboolean(L, (int)count + 1)) {
		return results - 1;
	}
	lua_settop(L, (int)count);
	lua_CFunction original = lua_tocfunction(L, lua_upvalueindex(ORIGINAL));
	if (original && !has_upvalues(L, lua_upvalueindex(ORIGINAL))) {
		return original(L);
	}
	lua_pushvalue(L, lua_upvalueindex(ORIGINAL));
	lua_insert(L, 1);
	lua_call(L, (int)count, LUA_MULTRET);
	return lua_gettop(L);
}

static int diverted(lua_State *L)
{
	int count = lua_gettop(L);
	luaL_checkstack(L, count + 1, "too many arguments");
	lua_pushvalue(L, lua_upvalueindex(FN));
	for (int i = 1; i <= count; i++) {
		lua_pushvalue(L, i);
	}
	lua_callk(L, count, LUA_MULTRET, count, go_on);
	return go_on(L, LUA_OK, count);
}

static int divert(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_settop(L, 2);
	lua_insert(L, 1);
	lua_pushcclosure(L, diverted, 2);
	return 1;
}

void shot_door_push(lua_State *L)
{
	static const luaL_Reg functions[] = {{"listen", listen_at}, {"connect", connect_to},
		{"check_peer", check_peer}, {"peek", peek}, {"on_stuck", on_stuck},
		{"divert", divert}, {"notify", notify}, {NULL, NULL}};
	luaL_newlib(L, functions);
}
