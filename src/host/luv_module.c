#include "host/luv.h"

#include <lauxlib.h>

#include "base/library.h"

/* Pushes the path of the module, or nil and the reason. */
static void push_path(lua_State *L)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, -1, "package");
	lua_getfield(L, -1, "searchpath");
	lua_pushliteral(L, "luv");
	lua_getfield(L, -3, "cpath");
	lua_call(L, 2, 2);
}

const struct shot_luv *shot_luv_load(lua_State *L)
{
	static struct shot_luv luv;
	static bool is_loaded;
	static const char *const names[] = {"luaopen_luv", "luv_set_loop", "luv_set_callback",
		"uv_loop_size", "uv_loop_init", "uv_loop_close", "uv_stop", "uv_loop_alive",
		"uv_update_time", "uv_backend_timeout", "uv_strerror", NULL};
	_Static_assert(sizeof luv == sizeof names - sizeof *names, "a name for each pointer");
	struct shot_error err;
	if (is_loaded) {
		return &luv;
	}
	push_path(L);
	const char *path = lua_tostring(L, -2);
	if (!path) {
		luaL_error(L, "the event loop needs the Lua module luv: %s", lua_tostring(L, -1));
	} else if (!shot_library_load(path, names, &luv, &err)) {
		luaL_error(L, "the event loop needs another Lua module luv: %s", err.message);
	}
	lua_pop(L, 4);
	is_loaded = true;
	return &luv;
}
