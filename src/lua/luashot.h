/* luashot's frames and rings for other Lua modules written in C or C++. A module needs only this
 * header and does not link with luashot: it finds the functions in a Lua state that has run
 * `require "luashot"`. docs/embedding.md has a whole module.
 *
 *	struct luashot_view view;
 *	const struct luashot_api *api = luashot_check_view(L, 1, &view);   raises, as luaL_check* do
 *	… read view.data, also on another thread and after the frame is released in Lua …
 *	api->unref(view.owner);
 *
 * A frame of a ring is written where its reader will read it: in Lua `writer:reserve(size)`, then
 *
 *	struct luashot_bytes place;
 *	const struct luashot_api *api = luashot_check_reservation(L, 1, &place);
 *	… fill place.data …, and in Lua `reservation:commit()`, or here
 *	uint64_t sequence = api->commit(place.owner, why, sizeof why);
 *	api->unref(place.owner);
 *
 * and read where it lies, by luashot_check_item. */
#ifndef LUASHOT_H
#define LUASHOT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include <lauxlib.h>
#include <lua.h>

#define LUASHOT_API "luashot.api.2" /* in the registry; a change of layout changes the number */

struct luashot_view {
	uint8_t *data; /* the top-left pixel */
	int32_t width, height;
	size_t stride;	    /* bytes from one row to the next */
	const char *format; /* "bgrx", "bgr", "rgb", "rgba" or "gray"; static */
	void *owner;	    /* holds the memory: one reference, the taker's */
};

/* Memory in a ring. */
struct luashot_bytes {
	uint8_t *data; /* at any alignment; read-only for an item */
	size_t size;
	void *owner; /* one reference, the taker's; it keeps the ring's space */
};

struct luashot_api {
	/* Fill `view` from the frame at `index`, with a reference of its own. Returns 0, without a
	 * change of `view`, when the value is not a frame, or a released one. Never raises. */
	int (*test_view)(lua_State *L, int index, struct luashot_view *view);
	void (*ref)(void *owner);   /* any thread, by a holder of a reference */
	void (*unref)(void *owner); /* any thread, once for each reference */

	/* The same for an item of a ring's reader, and for an open reservation of a writer. */
	int (*test_item)(lua_State *L, int index, struct luashot_bytes *bytes);
	int (*test_reservation)(lua_State *L, int index, struct luashot_bytes *bytes);

	/* Publish a reservation as it is now; after that, do not write to it. Any thread that holds
	 * a reference may call it, and must still drop the reference. Returns the frame's number; 0
	 * on failure, with "CODE: message" in `why`, which has `room` bytes. */
	uint64_t (*commit)(void *owner, char *why, size_t room);
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

/* Take the frame at argument `arg`; raises for any other value. Call it after everything else that
 * can raise, because an error afterwards loses the reference. */
static inline const struct luashot_api *luashot_check_view(
	lua_State *L, int arg, struct luashot_view *view)
{
	const struct luashot_api *api = luashot_api(L);
	if (!api->test_view(L, arg, view)) {
		luaL_argerror(L, arg, "a frame expected that is not released");
	}
	return api;
}

/* Take the item at argument `arg`, as luashot_check_view takes a frame. */
static inline const struct luashot_api *luashot_check_item(
	lua_State *L, int arg, struct luashot_bytes *bytes)
{
	const struct luashot_api *api = luashot_api(L);
	if (!api->test_item(L, arg, bytes)) {
		luaL_argerror(L, arg, "an item expected that is not released");
	}
	return api;
}

/* Take the reservation at argument `arg`, likewise. */
static inline const struct luashot_api *luashot_check_reservation(
	lua_State *L, int arg, struct luashot_bytes *bytes)
{
	const struct luashot_api *api = luashot_api(L);
	if (!api->test_reservation(L, arg, bytes)) {
		luaL_argerror(L, arg, "a reservation expected that is not over");
	}
	return api;
}

#ifdef __cplusplus
}
#endif

#endif
