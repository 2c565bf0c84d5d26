/* luashot's frames for other Lua modules written in C. This header is all that they need: nothing
 * of luashot is linked, the functions are found in a Lua state that has run `require "luashot"`.
 *
 *	struct luashot_view view;
 *	const struct luashot_api *api = luashot_check_view(L, 1, &view);   raises, as luaL_check* do
 *	… read view.data, also on another thread and after the frame is released in Lua …
 *	api->unref(view.owner);
 */
#ifndef LUASHOT_H
#define LUASHOT_H

#include <stddef.h>
#include <stdint.h>

#include <lauxlib.h>
#include <lua.h>

#define LUASHOT_API "luashot.api.1" /* in the registry; a change of layout changes the number */

struct luashot_view {
	uint8_t *data; /* the top-left pixel */
	int32_t width, height;
	size_t stride;	    /* bytes from one row to the next */
	const char *format; /* "bgrx", "bgr", "rgb", "rgba" or "gray"; static */
	void *owner;	    /* what holds the memory: one reference, the taker's */
};

struct luashot_api {
	/* Fill `view` from the frame at `index`, with a reference of its own. Returns 0, leaving
	 * `view` alone, when the value there is no frame, or is a released one. Never raises. */
	int (*test_view)(lua_State *L, int index, struct luashot_view *view);
	void (*ref)(void *owner);   /* any thread, by a holder of a reference */
	void (*unref)(void *owner); /* any thread, once for each reference */
};

/* The functions; raises when luashot has not been required in this state. */
static inline const struct luashot_api *luashot_api(lua_State *L)
{
	lua_getfield(L, LUA_REGISTRYINDEX, LUASHOT_API);
	const struct luashot_api *api = (const struct luashot_api *)lua_touserdata(L, -1);
	lua_pop(L, 1);
	if (!api) {
		luaL_error(L, "luashot is not loaded: require it first");
	}
	return api;
}

/* Take the frame at argument `arg`; raises when it is none. Take it last, when nothing can raise
 * any more, or the reference is lost. */
static inline const struct luashot_api *luashot_check_view(
	lua_State *L, int arg, struct luashot_view *view)
{
	const struct luashot_api *api = luashot_api(L);
	if (!api->test_view(L, arg, view)) {
		luaL_argerror(L, arg, "a frame expected that is not released");
	}
	return api;
}

#endif
