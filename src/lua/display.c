#include "lua/display.h"

#include <lauxlib.h>

#include "lua/type.h"
#include "lua/wait.h"

struct shot_grabber *shotL_check_display(lua_State *L, int arg)
{
	luaL_checkudata(L, arg, SHOTL_DISPLAY);
	return shotL_same_display(L, arg);
}

struct shot_grabber *shotL_same_display(lua_State *L, int arg)
{
	const struct shotL_display *handle = lua_touserdata(L, arg);
	if (!handle->grabber) {
		luaL_argerror(L, arg, "the display is closed");
	}
	return handle->grabber;
}

double shotL_display_patience(lua_State *L, int arg)
{
	return ((const struct shotL_display *)lua_touserdata(L, arg))->patience;
}

int shotL_display_fd(lua_State *L, int arg)
{
	const struct shot_source *source = shotL_check_display(L, arg)->source;
	return source->kind->fd(source);
}

const char *shotL_display_server(lua_State *L, int arg)
{
	return shotL_check_display(L, arg)->source->kind->server;
}

bool shotL_display_unanswered(lua_State *L, int arg, struct shot_error *err)
{
	return shot_fail(err, "ETIMEDOUT", "%s did not answer within %g s (is it stopped?)",
		shotL_display_server(L, arg), shotL_display_patience(L, arg));
}

bool shotL_display_waitk(
	lua_State *L, int arg, int64_t deadline, lua_KContext context, lua_KFunction k)
{
	const struct shot_source *source = shotL_same_display(L, arg)->source;
	return shotL_wait_answerk(L, source->kind->fd(source), deadline, context, k);
}

static const char received_key; /* in the registry: display -> true, weak */

void shotL_count_received(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &received_key);
	lua_pushvalue(L, -2);
	lua_pushboolean(L, 1);
	lua_rawset(L, -3);
	lua_pop(L, 1);
}

static int received(lua_State *L)
{
	uint64_t sum = 0;
	lua_settop(L, 0);
	lua_rawgetp(L, LUA_REGISTRYINDEX, &received_key);
	lua_pushnil(L);
	while (lua_next(L, 1)) {
		const struct shotL_display *handle = lua_touserdata(L, 2);
		if (handle->grabber) {
			const struct shot_source *source = handle->grabber->source;
			sum += source->kind->received(source);
		}
		lua_pop(L, 1);
	}
	lua_pushinteger(L, (lua_Integer)sum);
	return 1;
}

void shotL_open_received(lua_State *L)
{
	shotL_new_weak_table(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &received_key);
	lua_pushcfunction(L, received);
	lua_setfield(L, -2, "received");
}
