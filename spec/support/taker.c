/* A Lua module of somebody else's, which knows luashot by its public header alone: it takes frames
 * and reads their pixels on a thread of its own, also after Lua has let go of them.
 *
 *	taker.take(frame) -> taken      raises when it is no live frame
 *	taker.test(value) -> boolean
 *	taken:sum() -> integer, width, height, stride, format
 *		bytes of the rows, added up by the thread
 *	taken:spoil()                   invert the top-left pixel
 *	taken:drop()                    give the reference back, on the thread
 *	taker.fill(reservation, byte) -> size      on the thread
 *	taker.commit(reservation) -> sequence | nil, why
 *	taker.sum_item(item) -> integer            bytes added up */
#include <pthread.h>
#include <stdlib.h>

#include <lauxlib.h>
#include <lua.h>

#include "lua/luashot.h"

#define TYPE "taker.taken"

struct taken {
	const struct luashot_api *api; /* NULL: dropped */
	struct luashot_view view;
	uint64_t sum;
};

static int take(lua_State *L)
{
	luaL_checkany(L, 1);
	struct taken *taken = lua_newuserdatauv(L, sizeof *taken, 0);
	taken->api = NULL;
	luaL_setmetatable(L, TYPE);
	taken->api = luashot_check_view(L, 1, &taken->view);
	return 1;
}

static int test(lua_State *L)
{
	struct luashot_view view;
	const struct luashot_api *api = luashot_api(L);
	int is_frame = api->test_view(L, 1, &view);
	if (is_frame) {
		api->ref(view.owner);
		api->unref(view.owner);
		api->unref(view.owner);
	}
	lua_pushboolean(L, is_frame);
	return 1;
}

static struct taken *check_taken(lua_State *L)
{
	struct taken *taken = luaL_checkudata(L, 1, TYPE);
	luaL_argcheck(L, taken->api, 1, "dropped");
	return taken;
}

static void *add_up(void *argument)
{
	struct taken *taken = argument;
	taken->sum = 0;
	for (int32_t y = 0; y < taken->view.height; y++) {
		const uint8_t *row = taken->view.data + (size_t)y * taken->view.stride;
		for (int32_t x = 0; x < taken->view.width; x++) {
			taken->sum += row[4 * x] + row[4 * x + 1] + row[4 * x + 2];
		}
	}
	return NULL;
}

static void *unref(void *argument)
{
	struct taken *taken = argument;
	taken->api->unref(taken->view.owner);
	return NULL;
}

static void run(void *(*work)(void *), struct taken *taken)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, work, taken) != 0) {
		abort();
	}
	pthread_join(thread, NULL);
}

static int sum(lua_State *L)
{
	struct taken *taken = check_taken(L);
	run(add_up, taken);
	lua_pushinteger(L, (lua_Integer)taken->sum);
	lua_pushinteger(L, taken->view.width);
	lua_pushinteger(L, taken->view.height);
	lua_pushinteger(L, (lua_Integer)taken->view.stride);
	lua_pushstring(L, taken->view.format);
	return 5;
}

static int spoil(lua_State *L)
{
	struct taken *taken = check_taken(L);
	for (int i = 0; i < 3; i++) {
		taken->view.data[i] ^= 0xff;
	}
	return 0;
}

static int drop(lua_State *L)
{
	struct taken *taken = luaL_checkudata(L, 1, TYPE);
	if (taken->api) {
		run(unref, taken);
		taken->api = NULL;
	}
	return 0;
}

struct filling {
	struct luashot_bytes bytes;
	int value;
};

static void *write_bytes(void *argument)
{
	struct filling *filling = argument;
	for (size_t i = 0; i < filling->bytes.size; i++) {
		filling->bytes.data[i] = (uint8_t)filling->value;
	}
	return NULL;
}

static int fill(lua_State *L)
{
	struct filling filling = {.value = (int)luaL_checkinteger(L, 2)};
	const struct luashot_api *api = luashot_check_reservation(L, 1, &filling.bytes);
	pthread_t thread;
	if (pthread_create(&thread, NULL, write_bytes, &filling) != 0) {
		abort();
	}
	pthread_join(thread, NULL);
	api->unref(filling.bytes.owner);
	lua_pushinteger(L, (lua_Integer)filling.bytes.size);
	return 1;
}

static int commit(lua_State *L)
{
	struct luashot_bytes place;
	char why[300];
	const struct luashot_api *api = luashot_check_reservation(L, 1, &place);
	uint64_t sequence = api->commit(place.owner, why, sizeof why);
	api->unref(place.owner);
	if (!sequence) {
		lua_pushnil(L);
		lua_pushstring(L, why);
		return 2;
	}
	lua_pushinteger(L, (lua_Integer)sequence);
	return 1;
}

static int sum_item(lua_State *L)
{
	struct luashot_bytes item;
	const struct luashot_api *api = luashot_check_item(L, 1, &item);
	lua_Integer total = 0;
	for (size_t i = 0; i < item.size; i++) {
		total += item.data[i];
	}
	api->unref(item.owner);
	lua_pushinteger(L, total);
	return 1;
}

__attribute__((visibility("default"))) int luaopen_taker(lua_State *L);
int luaopen_taker(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"sum", sum}, {"spoil", spoil}, {"drop", drop}, {NULL, NULL}};
	static const luaL_Reg functions[] = {{"take", take}, {"test", test}, {"fill", fill},
		{"commit", commit}, {"sum_item", sum_item}, {NULL, NULL}};
	luaL_newmetatable(L, TYPE);
	luaL_newlib(L, methods);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, drop);
	lua_setfield(L, -2, "__gc");
	luaL_newlib(L, functions);
	return 1;
}
