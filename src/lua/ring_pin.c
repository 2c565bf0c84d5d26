#include "lua/ring_pin.h"

#include <stdbool.h>

#include <lauxlib.h>

#include "lua/ring_item.h"

#define PIN "luashot.zerobuffer.pin"
#define CYCLE "luashot.zerobuffer.cycle"

struct pin {
	struct zb_item *
		*handle; /* of the pinned item, which may be released; NULL: there is none */
	bool watches_cycles;
};

/* The values of its userdata. */
enum {
	ITEM = 1,
	GUARDED, /* the type of items with a finalizer */
	LATE,	 /* a weak table with the item that the collector's last cycle has unpinned */
};

void shotL_push_pin(lua_State *L)
{
	lua_getfield(L, LUA_REGISTRYINDEX, PIN);
}

/* Takes the item on top of the stack off it. */
static void guard(lua_State *L, int pin)
{
	lua_getiuservalue(L, pin, GUARDED);
	lua_setmetatable(L, -2);
	lua_pop(L, 1);
}

void shotL_pin_item(lua_State *L, int pin, struct zb_item **handle)
{
	struct pin *self = lua_touserdata(L, pin);
	if (!(*handle)->is_alone || (self->handle && *self->handle)) {
		guard(L, pin);
		return;
	}
	self->handle = handle;
	lua_setiuservalue(L, pin, ITEM);
}

void shotL_unpin_item(lua_State *L, int pin)
{
	struct pin *self = lua_touserdata(L, pin);
	if (self->handle && *self->handle) {
		lua_getiuservalue(L, pin, ITEM);
		guard(L, pin);
	}
	self->handle = NULL;
	lua_pushnil(L);
	lua_setiuservalue(L, pin, ITEM);
}

/* Leaves an object that nobody knows, so that the collector's next cycle calls its finalizer. */
static void await_cycle(lua_State *L)
{
	lua_newuserdatauv(L, 0, 0);
	luaL_setmetatable(L, CYCLE);
	lua_pop(L, 1);
}

/* A forgotten item that was pinned is then found by the next cycle. Without memory for the next
 * object that waits, this one waits again; a new one is better, because a collector of generations
 * finds it sooner. */
static int finish_cycle(lua_State *L)
{
	lua_settop(L, 1);
	luaL_setmetatable(L, CYCLE);
	shotL_push_pin(L);
	lua_getiuservalue(L, 2, LATE);
	lua_getiuservalue(L, 2, ITEM);
	lua_rawseti(L, 3, 1);
	shotL_unpin_item(L, 2);
	await_cycle(L);
	lua_pushnil(L);
	lua_setmetatable(L, 1);
	return 0;
}

/* Runs when the state is closed, which calls no finalizer that it is given meanwhile. */
static int release_last(lua_State *L)
{
	lua_settop(L, 1);
	lua_getiuservalue(L, 1, ITEM);
	lua_getiuservalue(L, 1, LATE);
	lua_rawgeti(L, 3, 1);
	shotL_release_item(L, 2);
	shotL_release_item(L, 4);
	return 0;
}

void shotL_open_ring_pin(lua_State *L)
{
	struct pin *self = lua_newuserdatauv(L, sizeof *self, LATE);
	*self = (struct pin){.handle = NULL};
	shotL_push_guarded_type(L);
	lua_setiuservalue(L, -2, GUARDED);
	lua_createtable(L, 1, 0);
	lua_createtable(L, 0, 1);
	lua_pushliteral(L, "v");
	lua_setfield(L, -2, "__mode");
	lua_setmetatable(L, -2);
	lua_setiuservalue(L, -2, LATE);
	luaL_newmetatable(L, PIN ".type");
	lua_pushcfunction(L, release_last);
	lua_setfield(L, -2, "__gc");
	lua_setmetatable(L, -2);
	lua_setfield(L, LUA_REGISTRYINDEX, PIN);
	luaL_newmetatable(L, CYCLE);
	lua_pushcfunction(L, finish_cycle);
	lua_setfield(L, -2, "__gc");
	lua_pop(L, 1);
}

void shotL_pin_watch_cycles(lua_State *L)
{
	shotL_push_pin(L);
	struct pin *self = lua_touserdata(L, -1);
	if (!self->watches_cycles) {
		await_cycle(L);
		self->watches_cycles = true;
	}
	lua_pop(L, 1);
}
